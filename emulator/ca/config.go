package ca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

const leafLife = 90 * 24 * time.Hour

// LocalHosts are the names under which a machine reaches itself: localhost, everything below it, the loopback addresses,
// and the machine's own name.
func LocalHosts() []string {
	hosts := []string{"localhost", "*.localhost", "127.0.0.1", "::1"}
	if name, err := os.Hostname(); err == nil && name != "" {
		hosts = append(hosts, name)
	}
	return hosts
}

// Config is for a server that is reached under the hosts: names, IP addresses, and "*.NAME" for every name below NAME.
// Certificates are issued as they are needed, and anew before they expire.
func (a *Authority) Config(hosts ...string) (*tls.Config, error) {
	if len(hosts) == 0 {
		return nil, errors.New("a certificate needs at least one host")
	}
	i := &issuer{authority: a, hosts: slices.Compact(slices.Sorted(slices.Values(hosts))), issued: map[string]*tls.Certificate{}}
	if _, err := i.certificate(""); err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			return i.certificate(i.below(hello.ServerName))
		},
	}, nil
}

// issuer keeps what was issued. A name that only a wildcard covers gets a certificate that spells it out, because OpenSSL
// takes no wildcard right below a top-level name, such as *.localhost.
type issuer struct {
	authority *Authority
	hosts     []string

	mu     sync.Mutex // guards issued
	issued map[string]*tls.Certificate
}

// maxIssued bounds the certificates that are kept.
const maxIssued = 1024

// below is the name, if a wildcard among the hosts covers it, and otherwise "".
func (i *issuer) below(name string) string {
	name = strings.ToLower(name)
	label, parent, ok := strings.Cut(name, ".")
	if ok && label != "" && slices.Contains(i.hosts, "*."+parent) && !slices.Contains(i.hosts, name) {
		return name
	}
	return ""
}

// certificate is the certificate of all hosts, and of the name unless it is empty.
func (i *issuer) certificate(name string) (*tls.Certificate, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if c := i.issued[name]; c != nil && i.authority.now().Before(c.Leaf.NotAfter.Add(-margin)) {
		return c, nil
	}
	hosts := i.hosts
	if name != "" {
		hosts = append([]string{name}, hosts...)
	}
	c, err := i.authority.issue(hosts)
	if err != nil {
		return nil, err
	}
	if len(i.issued) >= maxIssued {
		clear(i.issued)
	}
	i.issued[name] = c
	return c, nil
}

// issue makes a server's certificate for the hosts.
func (a *Authority) issue(hosts []string) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{CommonName: "fauxstack", Organization: []string{"fauxstack"}},
		NotBefore:    a.now().Add(-early),
		NotAfter:     a.now().Add(leafLife),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	return &tls.Certificate{Certificate: [][]byte{der, a.certificate.Raw}, PrivateKey: key, Leaf: leaf}, err
}
