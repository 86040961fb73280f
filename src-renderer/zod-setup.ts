import { z } from 'zod';

// The page forbids eval. Without this, zod would try to compile its schemas, and every try would be reported as a violation.
// Imported before any schema is made.
z.config({ jitless: true });
