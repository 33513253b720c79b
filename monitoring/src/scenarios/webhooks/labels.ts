const KICK = { env: 'stage', source: 'kick' }
export const warning = { ...KICK, severity: 'warning' }
export const critical = { ...KICK, severity: 'critical' }
