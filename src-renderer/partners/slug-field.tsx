import { TextField } from '#renderer/ui/text-field.tsx';

const SLUG_CHARACTERS_MAX = 24;

/** A slug made of a name: `Data feed` becomes `datafeed`. May be too short to be allowed; the server says so. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, SLUG_CHARACTERS_MAX);
}

interface SlugFieldProps {
  readonly slug: string;
  readonly isFixed: boolean;
  readonly onChange: (slug: string) => void;
  readonly error: string | undefined;
}

/** The slug of an application, which is fixed once it is there. */
export function SlugField({ slug, isFixed, onChange, error }: SlugFieldProps) {
  return (
    <TextField
      label="Slug"
      isMono
      value={slug}
      onChange={onChange}
      readOnly={isFixed}
      help={
        isFixed
          ? 'The slug is part of every key of this application and cannot be changed.'
          : `Readable part of every key: lk_live_${slug === '' ? '…' : slug}_… It cannot be changed later.`
      }
      error={error}
      required
    />
  );
}
