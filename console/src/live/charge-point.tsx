// One charger's own feed (docs/events.md): every frame and event straight from its actor, while its page is open. What
// an event makes stale is read again at once; whoever draws curves or follows the log listens.
import { createContext, type ReactNode, useContext, useEffect, useEffectEvent, useMemo, useState } from "react";
import type { Schemas } from "../api/client";
import { invalidateOf } from "../api/queries";
import { type FeedState, keepFeed } from "./feed-socket";
import type { FleetEvent } from "./fleet";

interface Heard {
  message: Schemas["Message"];
  events: readonly FleetEvent[];
}

type Kind = keyof Heard;
type Listeners = { [K in Kind]: Set<(what: Heard[K]) => void> };

type ChargePointMessage =
  | { type: "snapshot" }
  | { type: "message"; message: Heard["message"] }
  | { type: "events"; events: Heard["events"] };

interface ChargePointFeed {
  state: FeedState;
  listeners: Listeners;
}

/** Told one by one, so not read again with each. */
const MESSAGES = "/api/charge-points/{id}/messages";
/** What comes within it is read again once. */
const GATHER_MS = 250;

const Feed = createContext<ChargePointFeed | undefined>(undefined);

interface ProviderProps {
  id: string;
  /** false: there is nothing to be heard, and its actor is left in peace. */
  isOpen?: boolean;
  children: ReactNode;
}

export function ChargePointFeedProvider({ id, isOpen = true, children }: ProviderProps) {
  const [state, setState] = useState<FeedState>("connecting");
  const [listeners] = useState<Listeners>(() => ({ message: new Set(), events: new Set() }));
  useEffect(() => (isOpen ? open(id, listeners, setState) : undefined), [id, isOpen, listeners]);
  const feed = useMemo(() => ({ state, listeners }), [state, listeners]);
  return <Feed value={feed}>{children}</Feed>;
}

export function useChargePointFeed(): FeedState {
  return useFeed().state;
}

/** Hears what the charger's feed says while the component is there. */
export function useHeard<K extends Kind>(kind: K, listener: (what: Heard[K]) => void): void {
  const { listeners } = useFeed();
  const hear = useEffectEvent(listener);
  useEffect(() => {
    const mine = (what: Heard[K]): void => hear(what);
    const set = listeners[kind];
    set.add(mine);
    return () => {
      set.delete(mine);
    };
  }, [listeners, kind]);
}

function useFeed(): ChargePointFeed {
  const feed = useContext(Feed);
  if (feed === undefined) throw new Error("outside of a ChargePointFeedProvider");
  return feed;
}

function open(id: string, listeners: Listeners, become: (state: FeedState) => void): () => void {
  let isAgain = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stale = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void invalidateOf(id, MESSAGES);
    }, GATHER_MS);
  };
  const close = keepFeed<ChargePointMessage>({
    path: `/api/charge-points/${encodeURIComponent(id)}/live`,
    become,
    hear(heard) {
      if (heard.type === "snapshot") {
        // The first is as old as the page; the next ones come after something may have been missed.
        if (isAgain) void invalidateOf(id);
        isAgain = true;
      } else if (heard.type === "message") {
        for (const listener of listeners.message) listener(heard.message);
      } else {
        for (const listener of listeners.events) listener(heard.events);
        if (heard.events.some(({ type }) => type !== "meter.values")) stale();
      }
    },
  });
  return () => {
    close();
    clearTimeout(timer);
  };
}
