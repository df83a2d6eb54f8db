import { useEffect, useState } from "preact/hooks";

/** Whether the window answers a media query; follows its changes. */
export function useMedia(query: string): boolean {
  const list = matchMedia(query);
  const [matches, setMatches] = useState(list.matches);
  useEffect(() => {
    const follow = () => setMatches(list.matches);
    list.addEventListener("change", follow);
    return () => list.removeEventListener("change", follow);
  }, [query]);
  return matches;
}
