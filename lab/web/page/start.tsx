import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { followAddress } from "./state/view-state.ts";

followAddress();
const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
