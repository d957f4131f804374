import { useEffect } from "react";
import type { Look } from "../look/look.ts";
import type { Pen, Size } from "./pen.ts";
import { svgPen } from "./svg-pen.ts";

/** A view as a picture that can be saved. */
export interface Figure {
  /** For the file's name. */
  readonly name: string;
  readonly size: Size;
  readonly draw: (pen: Pen) => void;
}

let current: (() => Figure) | undefined;

/** Says what is saved while this view is shown. */
export function useFigure(figure: () => Figure): void {
  useEffect(() => {
    current = figure;
    return () => {
      if (current === figure) current = undefined;
    };
  });
}

export async function saveFigure(kind: "png" | "svg", look: Look, lab: string): Promise<void> {
  const figure = current?.();
  if (!figure) return;
  const blob = kind === "svg" ? toSvg(figure, look) : await toPng(figure, look);
  if (!blob) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${lab || "lab"}-${figure.name}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function toSvg({ size, draw }: Figure, look: Look): Blob {
  const pen = svgPen(size, look.background);
  draw(pen);
  return new Blob([pen.toSvg()], { type: "image/svg+xml" });
}

/** Twice as fine as the screen, for slides. */
async function toPng({ size, draw }: Figure, look: Look): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [size.width * 2, size.height * 2];
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.scale(2, 2);
  pen.fillStyle = look.background;
  pen.fillRect(0, 0, size.width, size.height);
  draw(pen);
  return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
