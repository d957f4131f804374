import "uplot/dist/uPlot.min.css";
import "./look/page.css";
import "./look/panels.css";
import "./look/tables.css";
import { followLab } from "./state/stream.ts";

// The picture is asked for before there is anything to show it: both take a while, one here and one in the web node.
followLab();
void import("./start.tsx");
