package ca_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/ca"
)

func TestAnAuthorityIsKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "below")
	first, err := ca.Open(dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ca.Open(dir, time.Now)
	if err != nil || string(again.PEM()) != string(first.PEM()) {
		t.Errorf("%v: another authority after a restart", err)
	}
	if info, err := os.Stat(filepath.Join(dir, ca.KeyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info, err)
	}
	text, err := os.ReadFile(filepath.Join(dir, ca.CertificateFile))
	if err != nil || string(text) != string(first.PEM()) {
		t.Errorf("%v: the file is not the certificate", err)
	}
	later, err := ca.Open(dir, func() time.Time { return time.Now().AddDate(9, 11, 15) })
	if err != nil || string(later.PEM()) == string(first.PEM()) {
		t.Errorf("%v: an authority about to expire is made anew", err)
	}
}

func TestADamagedAuthorityIsNotReplaced(t *testing.T) {
	for name, damage := range map[string]func(dir string) error{
		"no PEM":            func(dir string) error { return os.WriteFile(filepath.Join(dir, ca.KeyFile), []byte("x"), 0o600) },
		"belong together":   func(dir string) error { return swapKey(t, dir) },
		"fauxstack-ca.pem:": func(dir string) error { return cutMiddle(filepath.Join(dir, ca.CertificateFile)) },
	} {
		dir := t.TempDir()
		if _, err := ca.Open(dir, time.Now); err != nil {
			t.Fatal(err)
		}
		if err := damage(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := ca.Open(dir, time.Now); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func swapKey(t *testing.T, dir string) error {
	other := t.TempDir()
	if _, err := ca.Open(other, time.Now); err != nil {
		return err
	}
	return os.Rename(filepath.Join(other, ca.KeyFile), filepath.Join(dir, ca.KeyFile))
}

func cutMiddle(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	lines := strings.Split(string(text), "\n")
	return os.WriteFile(path, []byte(strings.Join(append(lines[:2], lines[3:]...), "\n")), 0o600)
}

func TestClientsThatTrustTheAuthorityReachEveryHost(t *testing.T) {
	authority, err := ca.New(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	client := serveTLS(t, authority, "localhost", "*.localhost", "127.0.0.1", "::1", "cloud.example.com")
	for _, host := range []string{"localhost", "blue.localhost", "127.0.0.1", "[::1]", "cloud.example.com", "BLUE.localhost"} {
		resp, err := client.Get("https://" + host + ":1/")
		if err != nil {
			t.Errorf("%s: %v", host, err)
			continue
		}
		if resp.Body.Close(); resp.ProtoMajor != 2 {
			t.Errorf("%s: HTTP/%d", host, resp.ProtoMajor)
		}
		// Some clients take no wildcard right below a top-level name, so the name is spelt out.
		if leaf := resp.TLS.PeerCertificates[0]; host == "blue.localhost" && leaf.DNSNames[0] != host {
			t.Errorf("%s: %v", host, leaf.DNSNames)
		}
	}
	for _, host := range []string{"elsewhere.example.com", "deep.below.localhost", "127.0.0.2"} {
		if _, err := client.Get("https://" + host + ":1/"); err == nil {
			t.Errorf("%s: the certificate is good for it", host)
		}
	}
}

// serveTLS serves on a free port and returns a client that ends up there whatever host it is told.
func serveTLS(t *testing.T, authority *ca.Authority, hosts ...string) *http.Client {
	t.Helper()
	config, err := authority.Config(hosts...)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{
		TLSConfig: config, ErrorLog: nil,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }),
	}
	done := make(chan struct{})
	go func() { _ = server.ServeTLS(l, "", ""); close(done) }()
	dial := func(_, _ string) (net.Conn, error) { return net.Dial("tcp", l.Addr().String()) }
	transport := &http.Transport{
		Dial: dial, TLSClientConfig: &tls.Config{RootCAs: authority.Pool()}, ForceAttemptHTTP2: true, //nolint:staticcheck // short
	}
	t.Cleanup(func() { transport.CloseIdleConnections(); server.Close(); <-done })
	return &http.Client{Transport: transport}
}

func TestCertificatesAreMadeAnewBeforeTheyExpire(t *testing.T) {
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	authority, err := ca.New(func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	config, err := authority.Config(ca.LocalHosts()...)
	if err != nil {
		t.Fatal(err)
	}
	leaf := func() *x509.Certificate {
		c, err := config.GetCertificate(&tls.ClientHelloInfo{ServerName: "localhost"})
		if err != nil {
			t.Fatal(err)
		}
		return c.Leaf
	}
	first := leaf()
	if now = now.AddDate(0, 1, 0); leaf() != first {
		t.Error("a fresh certificate was made anew")
	}
	if now = now.AddDate(0, 2, 0); !leaf().NotAfter.After(first.NotAfter) {
		t.Error("a certificate about to expire is still handed out")
	}
}

func TestAConfigNeedsHosts(t *testing.T) {
	authority, err := ca.New(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := authority.Config(); err == nil {
		t.Error("no error")
	}
}
