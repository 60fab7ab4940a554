// What surrounds every page: theme, queries, dialogues, and the question whether somebody is signed in.
import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useLocation } from "wouter";
import { queryClient } from "./api/queries";
import { useIsSignedIn } from "./api/session";
import { Shell } from "./shell/shell";
import { SignIn } from "./shell/sign-in";
import { readable, theme } from "./theme";
import { Loading } from "./ui/loading";

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={readable} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <ModalsProvider>
          <Notifications position="bottom-right" />
          <Suspense fallback={<Loading />}>
            <Door />
          </Suspense>
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** For whoever comes with a link of ours, signed in or not. */
const Account = lazy(() => import("./account/account"));

function Door() {
  const isSignedIn = useIsSignedIn();
  const [location] = useLocation();
  if (location.startsWith("/account/")) return <Account />;
  return isSignedIn ? <Shell /> : <SignIn />;
}
