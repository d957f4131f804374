/**
 * The part of a canvas context that figures draw with. A real context is one; `svgPen` is another, which is how every
 * view can be saved as a vector picture with the code that draws it on the screen.
 */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "quadraticCurveTo"
  | "arc"
  | "rect"
  | "closePath"
  | "fill"
  | "stroke"
  | "fillRect"
  | "fillText"
  | "setLineDash"
  | "fillStyle"
  | "strokeStyle"
  | "lineWidth"
  | "globalAlpha"
  | "font"
  | "textAlign"
  | "textBaseline"
  | "lineCap"
  | "lineJoin"
>;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface TextStyle {
  readonly size: number;
  readonly colour: string;
  readonly font: string;
  readonly weight?: number;
  readonly align?: CanvasTextAlign;
  readonly baseline?: CanvasTextBaseline;
}

export function write(pen: Pen, text: string, { x, y }: Point, style: TextStyle): void {
  pen.font = `${style.weight ?? 400} ${style.size}px ${style.font}`;
  pen.fillStyle = style.colour;
  pen.textAlign = style.align ?? "left";
  pen.textBaseline = style.baseline ?? "alphabetic";
  pen.fillText(text, x, y);
}

/** A straight line. */
export function rule(pen: Pen, from: Point, to: Point): void {
  pen.beginPath();
  pen.moveTo(from.x, from.y);
  pen.lineTo(to.x, to.y);
  pen.stroke();
}

/** Roughly how wide a text is: enough to place labels, and the same on canvas and in SVG. */
export function roughWidth(text: string, size: number): number {
  return text.length * size * 0.56;
}

/** `text`, or as much of it as fits with an ellipsis. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1))}…`;
}

/** `leecher-12`, as `l12` where there is no room for more, or as `12`: numbers tell peers apart. */
export function fitName(name: string, most: number): string {
  if (name.length <= most) return name;
  const number = /\d+$/.exec(name)?.[0];
  if (number === undefined) return shorten(name, most);
  const short = `${name.slice(0, 1)}${number}`;
  return short.length <= most ? short : number;
}
