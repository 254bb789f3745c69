/** What the project asks of itself, by the figure's name: at most, or at least. A figure without a row is for comparison. */
export const asked: Readonly<Record<string, { most: number } | { least: number }>> = {
  pairingMs: { most: 1_000 },
  'tapToReleaseMs.p50': { most: 10 },
  'tapToReleaseMs.p99': { most: 60 },
  dynamodbRequestsPerApproval: { most: 10 },
  invocationsPerApproval: { most: 5 },
  eventsPerSecond: { least: 2_000 },
  residentMb: { most: 150 },
  'verifyDecisionMs.p50': { most: 3 },
  auditVerifySeconds: { most: 60 },
  'sandboxCommandMs.p50': { most: 45 },
  'sandboxProxyCommandMs.p50': { most: 80 },
  hostIdleMb: { most: 90 },
  hostIdleCpuPercent: { most: 0.5 },
  websocketBundleKb: { most: 420 },
  appInitialScriptsKb: { most: 70 },
  appWholeKb: { most: 250 },
  'pushToShownMs.p50': { most: 150 },
  'approveTapToSentMs.p50': { most: 100 },
  scrollRows: { most: 300 },
  'scrollScriptMs.p95': { most: 8 },
  scrollLongestTaskMs: { most: 50 },
  taskPageHeapMb: { most: 150 },
  'catchUpMs.p95': { most: 500 },
  catchUpKb: { most: 50 },
  'firstUsefulSlow4gMs.p50': { most: 1_500 },
  'diff5000LinesMs.p50': { most: 400 },
  lighthousePerformance: { least: 95 },
  lighthouseAccessibility: { least: 100 },
  lighthouseBestPractices: { least: 95 },
}

/** `met`: null where nothing is asked. */
export function judge(name: string, value: number): { asked: string | null; met: boolean | null } {
  const bound = asked[name]
  if (!bound) return { asked: null, met: null }
  return 'most' in bound
    ? { asked: `≤ ${bound.most}`, met: value <= bound.most }
    : { asked: `≥ ${bound.least}`, met: value >= bound.least }
}
