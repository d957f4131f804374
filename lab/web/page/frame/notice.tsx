import type { LabData } from "../state/lab-data.ts";
import { noticesOf } from "./notices.ts";

export function Notice({ data }: { data: LabData }) {
  const lines = noticesOf(data);
  if (lines.length === 0) return null;
  return (
    <div className="notice" role="status">
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}
