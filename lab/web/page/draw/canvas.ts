import type { Size } from "./pen.ts";

/** A canvas as sharp as the screen, cleared, with one unit a CSS pixel; `undefined` where there is nothing to draw on. */
export function penOf(canvas: HTMLCanvasElement | null, { width, height }: Size): CanvasRenderingContext2D | undefined {
  const pen = canvas?.getContext("2d");
  if (!canvas || !pen || width === 0 || height === 0) return undefined;
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}
