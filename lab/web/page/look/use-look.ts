import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useStore } from "../state/store.ts";
import { type Theme, viewState } from "../state/view-state.ts";
import { type Look, lookOf } from "./look.ts";

/** The looks of the moment: the visitor's choice, or the system's. A projector gets light, unless dark was chosen. */
export function useLook(): Look {
  const { theme, projector } = useStore(viewState);
  const systemDark = useMedia("(prefers-color-scheme: dark)");
  const shown: Theme = theme === "system" ? (systemDark && !projector ? "dark" : "light") : theme;
  useEffect(() => {
    document.documentElement.dataset.theme = shown;
    document.documentElement.dataset.projector = String(projector);
  }, [shown, projector]);
  return useMemo(() => lookOf(shown, projector), [shown, projector]);
}

export function useReducedMotion(): boolean {
  return useMedia("(prefers-reduced-motion: reduce)");
}

function useMedia(query: string): boolean {
  const list = useMemo(() => window.matchMedia(query), [query]);
  return useSyncExternalStore(
    (changed) => {
      list.addEventListener("change", changed);
      return () => list.removeEventListener("change", changed);
    },
    () => list.matches,
  );
}
