/** EVSE and connector in one word. OCPP 1.6 has connectors only, which are told as both. */
export const place = (evseId: number, connectorId: number): string =>
  evseId === connectorId || connectorId === 0 ? String(evseId) : `${evseId}.${connectorId}`;
