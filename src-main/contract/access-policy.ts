/** Longest policy, characters. */
export const POLICY_LENGTH_MAX = 10_000;

/** Why everybody has a key of their own, as the form and the page of a key's holder say it until somebody writes something else. */
export const DEFAULT_INTRODUCTION =
  'A key of your own lets us see what goes wrong with your requests, help you, and tell you before something changes. It is for support, not out of suspicion.';

/** What the policy page says until somebody writes something else. Lines that begin with `# ` are headings, those with `- ` points. */
export const DEFAULT_ACCESS_POLICY = `# The rule
Every application has a key of its own, for each environment. It is for metrics and support, not out of suspicion: with a key of your own we see what goes wrong with your requests, can help you, and can tell you before something changes.

# A new major version
- Keep the key if the same team answers for it and it calls the same endpoints.
- Ask for a second key if the old and the new version run side by side for longer than a few weeks: then both can be told apart, and the old one can end.
- Ask for more scopes before you call new endpoints.
- Send the version with your requests, as the tag version=.

# A fork
- A fork is another application: ask for a key of its own before its first call.
- Never put the key of the original into it. Take the original's key out of the fork's configuration, pipelines and history.

# A split into several applications
- Each part asks for a key of its own, with what that part calls and no more.
- The old key ends when the last part has moved. Tell us the day, and we keep both valid until then.

# A change of team
- Tell us the new contact before the old one leaves. Keys without anybody who answers for them are suspended.
- Rotate the key after the handover: whoever left has seen it.

# When a key leaks
- Stop it at once, yourself: type it at /v1/me. You need nobody's permission, and nobody is blamed for it.
- Then ask for a new one. If the key cannot stop at once, rotate it and keep the overlap short.
- Remove it from where it stood, also from the history of the repository, and tell us where that was.

# At all times
- Do not share a key. Whoever needs one asks for one; that takes less time than to find out later who broke what.
- Keep it out of code, chats and tickets: in an environment variable or a secret manager.
- Let keys expire, and give back those that nobody uses.`;
