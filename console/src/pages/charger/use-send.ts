// Sends something to the charger and says what came of it.
import { useMutation } from "@tanstack/react-query";
import type { Schemas } from "../../api/client";
import { invalidate } from "../../api/queries";
import { tellOutcome, tellRefusal } from "../../ui/command-outcome";

type Sent = Promise<{ data?: Schemas["Command"] | undefined }>;

/**
 * @param send what the API answers to it is the command
 * @param name of what is sent, for people
 */
export function useSend<Input = void>(send: (input: Input) => Sent, name: string, onDone?: () => void) {
  return useMutation({
    mutationFn: send,
    onSuccess({ data }) {
      if (data !== undefined) tellOutcome(data);
      onDone?.();
    },
    onError: (error) => tellRefusal(error, name),
    onSettled: () => invalidate("/api/charge-points/{id}", "/api/commands", "/api/jobs"),
  });
}
