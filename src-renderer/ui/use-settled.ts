import { useEffect, useEffectEvent, useState } from 'react';

/** How long a value must stay as it is. */
const SETTLED_MS = 300;

/** The value as it was when it last stayed the same for a moment: what costs the server work is not asked for at every key press. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  const settle = useEffectEvent(() => setSettled(value));
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
