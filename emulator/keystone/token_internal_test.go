package keystone

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func tokens() map[string]token {
	const (
		userID    = "0123456789abcdef0123456789abcdef"
		projectID = "fedcba9876543210fedcba9876543210"
	)
	expires := time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC)
	audit, parent := auditID{1, 2, 3}, auditID{9, 8}
	return map[string]token{
		"unscoped": {Methods: byPassword, UserID: userID, AuditID: audit, ExpiresAt: expires},
		"project":  {Methods: byPassword, UserID: userID, Scope: scope{onProject, projectID}, AuditID: audit, ExpiresAt: expires},
		"domain":   {Methods: byPassword, UserID: userID, Scope: scope{onDomain, "default"}, AuditID: audit, ExpiresAt: expires},
		"system":   {Methods: byPassword, UserID: userID, Scope: scope{Kind: onSystem}, AuditID: audit, ExpiresAt: expires},
		"all there is": {
			Methods: byPassword | byToken | byApplicationCredential, UserID: userID,
			Scope: scope{onProject, projectID}, CredentialID: userID, AuditID: audit, Parent: parent, ExpiresAt: expires,
		},
		"ids of other shapes": {
			UserID: strings.Repeat("u", 64), Scope: scope{onProject, "0123456789ABCDEF0123456789ABCDEF"},
			CredentialID: "x", AuditID: audit, ExpiresAt: expires,
		},
	}
}

func TestPayloadsComeBack(t *testing.T) {
	for name, want := range tokens() {
		t.Run(name, func(t *testing.T) {
			got, err := unpack(want.pack())
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func FuzzUnpack(f *testing.F) {
	for _, t := range tokens() {
		f.Add(t.pack())
	}
	f.Add([]byte{})
	f.Add([]byte{payloadVersion, 0, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := unpack(b)
		if err != nil {
			return
		}
		again, err := unpack(got.pack())
		if err != nil || again != got {
			t.Errorf("%x is %+v, which comes back as %+v, %v", b, got, again, err)
		}
	})
}

func FuzzFormat(f *testing.F) {
	for _, s := range []string{"http://x/$(project_id)s", "%(user_id)s%%", "%", "%(", "$(a)d", "%(x)s%(y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, template string) {
		out, ok := format(template, func(string) (string, bool) { return "", true })
		if ok && len(out) > len(template) {
			t.Errorf("%q became %q", template, out)
		}
	})
}

func TestSecrets(t *testing.T) {
	random := bytes.NewReader(make([]byte, 64))
	h := newSecret(random, "secret")
	if !h.matches("secret") || h.matches("Secret") || h.matches("") {
		t.Error("a secret does not match itself, or something else does")
	}
	if none := new(secretHash); none.matches("") {
		t.Error("who has no password logs in without one")
	}
}
