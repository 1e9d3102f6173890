/** The weights that every server begins with, as a person would write them; they are those of `FIRST_MODEL`. */
export const FIRST_YAML = `# Points that each factor gives at most. The decision (act, attend, track*, track) comes first;
# points order only inside it. All of the most together may be 100.
kind: Ranking
known_exploited: 35      # in CISA KEV
ransomware: 5            # used by ransomware, says KEV
epss: 20                 # 20 x the root of the chance of exploitation within 30 days
impact: 10               # CVSS base score of 10, or the distribution's word below
exposure: {isolated: 0, internal: 4, internet: 12}
criticality: {low: 1, medium: 4, high: 8}
data_sensitivity: {none: 0, internal: 2, confidential: 5}
spread: 5                # every machine that has the package lacks it
reboot: -2               # lowers: a restart of the machine is needed
severity:                # where no CVSS score is known
  {critical: 10, high: 8, important: 8, medium: 5, moderate: 5, low: 2, negligible: 1, unimportant: 1}
poc_from_epss: 0.1       # from here on a public proof of concept is assumed, where CISA has not assessed it
`;
