package main

import (
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"github.com/fauxstack/fauxstack/emulator/ca"
)

// tlsFlags say with which certificates to serve.
type tlsFlags struct {
	on             bool
	dir, cert, key string
	hosts          []string
}

func (f *tlsFlags) register(flags *pflag.FlagSet) {
	flags.BoolVar(&f.on, "tls", false, "serve over TLS, with a certificate authority of one's own; clouds.yaml and export lines name it")
	flags.StringVar(&f.dir, "tls-dir", "", "`DIR` that keeps the authority (default: fauxstack in the user's configuration directory)")
	flags.StringSliceVar(&f.hosts, "tls-hosts", nil, "further names and addresses that the certificate is good for, `HOST,...`")
	flags.StringVar(&f.cert, "tls-cert", "", "serve over TLS with the certificate chain in the PEM `FILE`")
	flags.StringVar(&f.key, "tls-key", "", "and its key in the PEM `FILE`")
}

func (f tlsFlags) enabled() bool { return f.on || f.cert != "" || f.key != "" }

// config has no authority where the certificates are the user's own.
func (f tlsFlags) config(hosts []string) (*tls.Config, *ca.Authority, error) {
	if f.cert != "" || f.key != "" {
		if f.cert == "" || f.key == "" {
			return nil, nil, errors.New("--tls-cert and --tls-key belong together")
		}
		pair, err := tls.LoadX509KeyPair(f.cert, f.key)
		if err != nil {
			return nil, nil, err
		}
		return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}, nil, nil
	}
	authority, err := f.authority()
	if err != nil {
		return nil, nil, err
	}
	config, err := authority.Config(append(hosts, f.hosts...)...)
	return config, authority, err
}

// authority is kept for the next start, unless there is nowhere to keep it.
func (f tlsFlags) authority() (*ca.Authority, error) {
	dir := f.dir
	if dir == "" {
		home, err := os.UserConfigDir()
		if err != nil {
			return ca.New(time.Now)
		}
		dir = filepath.Join(home, "fauxstack")
	}
	return ca.Open(dir, time.Now)
}

// hosts are the names under which clients may reach the server.
func (f serveFlags) hosts(announced *url.URL) []string {
	hosts := ca.LocalHosts()
	base := f.baseHosts
	if announced != nil {
		base = append([]string{announced.Hostname()}, base...)
	}
	for _, name := range base {
		hosts = append(hosts, name)
		if net.ParseIP(name) == nil {
			hosts = append(hosts, "*."+name)
		}
	}
	if host, _, err := net.SplitHostPort(f.listen); err == nil && host != "" {
		if ip := net.ParseIP(host); ip == nil || !ip.IsUnspecified() {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// keepCertificate puts the authority's certificate beside the clouds.yaml, or else leaves it where the authority is kept,
// and returns its absolute path; "" when there is no authority.
func (f serveFlags) keepCertificate(authority *ca.Authority) (string, error) {
	if authority == nil {
		return "", nil
	}
	dir := filepath.Dir(f.cloudsYAML)
	if f.cloudsYAML == "" {
		if dir = f.tls.dir; dir == "" {
			home, err := os.UserConfigDir()
			if err != nil {
				home = os.TempDir()
			}
			dir = filepath.Join(home, "fauxstack")
		}
	}
	path, err := filepath.Abs(filepath.Join(dir, ca.CertificateFile))
	if err != nil {
		return "", err
	}
	if kept, err := os.ReadFile(path); err == nil && string(kept) == string(authority.PEM()) {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	return path, writePublic(path, string(authority.PEM()))
}
