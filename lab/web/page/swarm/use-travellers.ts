import { type RefObject, useEffect, useRef } from "react";
import { penOf } from "../draw/canvas.ts";
import type { Look } from "../look/look.ts";
import { onLines } from "../state/lab-data.ts";
import type { SwarmScene } from "./scene.ts";
import { departures, drawTravellers, type Traveller, underway } from "./travellers.ts";

/** Lets pieces travel on a canvas. The clock runs only while something is on its way. */
export function useTravellers(
  canvas: RefObject<HTMLCanvasElement | null>,
  scene: SwarmScene,
  look: Look,
  { infoHash, on }: { infoHash: string; on: boolean },
): void {
  const latest = useRef({ scene, look });
  latest.current = { scene, look };
  useEffect(() => {
    if (!on) return;
    let travellers: Traveller[] = [];
    let request = 0;
    function frame(now: number): void {
      const { scene, look } = latest.current;
      travellers = underway(travellers, now);
      const pen = penOf(canvas.current, scene.size);
      if (pen) drawTravellers(pen, travellers, scene, look, now);
      request = travellers.length > 0 ? requestAnimationFrame(frame) : 0;
    }
    const stop = onLines((lines) => {
      if (document.hidden) return;
      travellers.push(...departures(lines, infoHash, performance.now()));
      if (request === 0 && travellers.length > 0) request = requestAnimationFrame(frame);
    });
    return () => {
      stop();
      cancelAnimationFrame(request);
      penOf(canvas.current, latest.current.scene.size);
    };
  }, [canvas, infoHash, on]);
}
