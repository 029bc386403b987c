package policymatrix

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator"
)

// A token ends with the application credential it is for. From then on it opens nothing that a revoked one does not open:
// that is what the real cloud's recording is read for here.
func TestExpiredToken(t *testing.T) {
	recorded := recording(t, "testdata/zed.tsv")
	revoked := slices.Index(actors, "revoked")
	e, c := emulated(t, "zed")
	c.users["expired"], c.projects["expired"] = c.users["member"], c.fixed["home"]
	var err error
	if c.tokens["expired"], err = c.shortLived(e.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if status := c.validate("expired"); status != http.StatusOK {
		t.Fatalf("before its end: %d", status)
	}
	e.Advance(2 * time.Minute)
	known := requests(t)
	for _, op := range operations(t, "zed.tsv") {
		is, err := c.askAs("expired", op, known[op.ID], map[string]string{})
		if err != nil {
			t.Errorf("%s: %v", op.ID, err)
			continue
		}
		want, _ := strconv.Atoi(recorded[op.ID][revoked])
		if decision(is) != decision(want) {
			t.Errorf("%s\texpired\t%d, want %d", op.ID, is, want)
		}
	}
}

// shortLived gets the member a token that ends at a time.
func (c *cloud) shortLived(end time.Time) (string, error) {
	url := c.identity + "/users/" + c.users["member"] + "/application_credentials"
	body := fmt.Sprintf(`{"application_credential": {"name": "short", "secret": "s", "expires_at": %q}}`, end.UTC().Format("2006-01-02T15:04:05"))
	out, err := c.doAs("member", "POST", url, body)
	if err != nil {
		return "", err
	}
	body = fmt.Sprintf(`{"auth": {"identity": {"methods": ["application_credential"], "application_credential": {"id": %q, "secret": "s"}}}}`,
		at(out, "application_credential.id"))
	status, answer, header, err := c.send("POST", c.identity+"/auth/tokens", "", "", body)
	if err != nil || status != http.StatusCreated {
		return "", fmt.Errorf("login: %d %s %w", status, answer, err)
	}
	return header.Get("X-Subject-Token"), nil
}

// validate says how the cloud answers an actor who asks about its own token.
func (c *cloud) validate(actor string) int {
	status, _, _, _ := c.send("GET", c.identity+"/auth/tokens", c.tokens[actor], c.tokens[actor], "")
	return status
}

// emulated is a cloud of ours with the people that ask.
func emulated(t *testing.T, release string) (*emulator.Emulator, *cloud) {
	t.Helper()
	e, err := emulator.New(emulator.WithRelease(release), emulator.WithGlance(allowImports))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	c, err := open(&http.Client{Transport: e.Transport()}, "http://fauxstack.internal"+emulator.IdentityPath+"/v3", "secret", things(t))
	if err != nil {
		t.Fatal(err)
	}
	return e, c
}
