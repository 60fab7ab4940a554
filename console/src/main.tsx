// The console's entry: languages first, then the app.
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { startI18n } from "./i18n";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");
await startI18n();
createRoot(root).render(<App />);
