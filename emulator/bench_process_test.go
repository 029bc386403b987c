package emulator_test

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator"
)

// listeningURL reads what serve prints until it says where it listens.
func listeningURL(b *testing.B, out io.Reader) string {
	lines := bufio.NewScanner(out)
	says := regexp.MustCompile(`listens on (http://\S+)`)
	for lines.Scan() {
		if m := says.FindStringSubmatch(lines.Text()); m != nil {
			return m[1]
		}
	}
	b.Fatal("serve ended without saying where it listens")
	return ""
}

func passwordToken(url string) (string, error) {
	const body = `{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "demo", "password": "secret",
		"domain": {"id": "default"}}}}, "scope": {"project": {"name": "demo", "domain": {"id": "default"}}}}}`
	resp, err := http.Post(url+emulator.IdentityPath+"/v3/auth/tokens", "application/json", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if token := resp.Header.Get("X-Subject-Token"); token != "" {
		return token, nil
	}
	return "", errors.New(resp.Status)
}
