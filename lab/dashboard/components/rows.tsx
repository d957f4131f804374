import { Box, Text } from "ink";
import { memo, type ReactNode, useMemo } from "react";
import type { Box as Room } from "../layout/box.ts";

/** The rows of the screen; a row that did not change costs nothing. */
export function Rows({ lines, box }: { readonly lines: readonly string[]; readonly box: Room }): ReactNode {
  const positions = useMemo(() => Array.from({ length: box.rows }, (_, row) => row), [box.rows]);
  return (
    <Box flexDirection="column" width={box.columns} height={box.rows} overflow="hidden">
      {positions.map((row) => (
        <Row key={row} text={lines[row] ?? ""} />
      ))}
    </Box>
  );
}

/** One painted row. It is laid out already; `truncate` only guards against a terminal that shrinks meanwhile. */
const Row = memo(function Row({ text }: { readonly text: string }): ReactNode {
  return <Text wrap="truncate-end">{text === "" ? " " : text}</Text>;
});
