/** The account that is made for us on a machine: it owns nothing and may do nothing but look. */
export const ACCOUNT = 'fleetmend';

/**
 * What root runs on a machine, once: an account of its own, and our key trusted for that account alone. A server that is
 * taken over gets no further than that account.
 */
export function setupText(authority: string): string {
  return `useradd --system --shell /bin/sh --password '*' ${ACCOUNT}
echo '${authority}' > /etc/ssh/fleetmend_ca.pub
cat > /etc/ssh/sshd_config.d/50-fleetmend.conf <<'END'
Match User ${ACCOUNT}
    TrustedUserCAKeys /etc/ssh/fleetmend_ca.pub
    AuthorizedKeysFile none
    AuthenticationMethods publickey
    PermitTTY no
    DisableForwarding yes
END
sshd -t && { systemctl reload ssh || systemctl reload sshd; }`;
}
