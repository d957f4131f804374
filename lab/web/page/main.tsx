import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import "uplot/dist/uPlot.min.css";
import "./look/page.css";
import "./look/panels.css";
import "./look/tables.css";
import { followLab } from "./state/stream.ts";
import { followAddress } from "./state/view-state.ts";

followLab();
followAddress();
const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
