package keystone

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// signatureLife is upstream's default for how long a signed request is good: [credential] auth_ttl, in minutes.
const signatureLife = 15 * time.Minute

// noGet answers GET where there is a path only for POST.
func (s *Service) noGet(c *httpapi.Call) (httpapi.Reply, error) {
	return httpapi.Reply{
		Status: http.StatusMethodNotAllowed, Header: http.Header{"Allow": {"POST"}},
		JSON: map[string]string{"message": "The method is not allowed for the requested URL."},
	}, nil
}

// ec2TokenCreate serves POST /v3/ec2tokens: a token for who has signed a request to somebody else, with an EC2 key.
func (s *Service) ec2TokenCreate(c *httpapi.Call) (httpapi.Reply, error) {
	return s.signedToken(c, "identity:ec2tokens_validate", checkEC2Signature)
}

// s3TokenCreate serves POST /v3/s3tokens: the same for object stores. The token itself is kept back.
func (s *Service) s3TokenCreate(c *httpapi.Call) (httpapi.Reply, error) {
	reply, err := s.signedToken(c, "identity:s3tokens_validate", checkS3Signature)
	reply.Header = nil
	return reply, err
}

// signedToken checks a signature by what is kept of its key, and makes the token. Older releases ask nobody who asks.
func (s *Service) signedToken(c *httpapi.Call, rule string, check func(secret string, signed schema.Dict) error) (httpapi.Reply, error) {
	if s.release.AtLeast(release.Epoxy) {
		if c.Auth == nil {
			return httpapi.Reply{}, errNotAllowed
		}
		if err := enforceRule(c, rule, nil); err != nil {
			return httpapi.Reply{}, err
		}
	}
	body, err := c.Value()
	if err != nil {
		return httpapi.Reply{}, err
	}
	d, _ := body.(schema.Dict)
	if len(d) == 0 {
		return httpapi.Reply{}, fail.New(fail.Invalid, "request must include a request body")
	}
	var signed schema.Dict
	for _, name := range []string{"credentials", "credential", "ec2Credentials"} {
		if given, ok := dig(d, name); ok && len(given) > 0 {
			signed = given
			break
		}
	}
	if !signed.Has("access") {
		return httpapi.Reply{}, errNotAllowed
	}
	view := s.db.View()
	one, ok := s.secrets.Get(view, accessKeyID(text(signed, "access")))
	if (!ok || one.Type != ec2Type) && !s.release.AtLeast(release.Epoxy) {
		return httpapi.Reply{}, errNotAllowed
	}
	if !ok || one.Type != ec2Type {
		return httpapi.Reply{}, fail.New(fail.NotFound, "EC2 access key not found.")
	}
	blob, err := ec2Blob(one.Blob)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := check(text(blob, "secret"), signed); err != nil {
		return httpapi.Reply{}, err
	}
	id, err := s.tokenOfKey(c, view, one, blob, signed)
	if err != nil {
		return httpapi.Reply{}, err
	}
	reply := s.tokenReply(c, view, id)
	reply.Status = http.StatusOK
	return reply, nil
}

// tokenOfKey makes the token of an EC2 key: of its user, or of the trust or the application credential it came from.
func (s *Service) tokenOfKey(c *httpapi.Call, r state.Reader, one Credential, blob, signed schema.Dict) (*httpapi.Identity, error) {
	project, ok := s.projects.Get(r, one.ProjectID)
	if !ok {
		return nil, fail.Missing("project", one.ProjectID)
	}
	u, ok := s.users.Get(r, one.UserID)
	if !ok {
		return nil, fail.Missing("user", one.UserID)
	}
	domain, _ := s.domain(r, u.DomainID)
	if !domain.Enabled || !s.enabled(&u, c.Now) || !project.Enabled || stale(signed, c.Now) {
		return nil, errNotAllowed
	}
	t := token{
		UserID: u.ID, Scope: targetOf(project), CredentialID: text(blob, "app_cred_id"), TrustID: text(blob, "trust_id"),
		ExpiresAt: c.Now.Add(tokenLife).Truncate(time.Second),
	}
	if t.TrustID != "" {
		trust, ok := s.trusts.Get(r, t.TrustID)
		if !ok {
			return nil, fail.Missing("trust", t.TrustID)
		}
		if trust.Impersonation {
			t.UserID = trust.TrusteeID
		}
	}
	if credential, ok := s.credentials.Get(r, t.CredentialID); ok && credential.ProjectID != one.ProjectID {
		return nil, errNotAllowed
	}
	id, err := s.issue(c.Now, r, t)
	if err == nil {
		id.Methods = []string{"ec2credential"}
	}
	return id, err
}

// stale tells whether a signed request says that it was made too long ago.
func stale(signed schema.Dict, now time.Time) bool {
	params, _ := dig(signed, "params")
	headers, _ := dig(signed, "headers")
	for _, given := range []string{text(params, "Timestamp"), text(headers, "X-Amz-Date"), text(params, "X-Amz-Date")} {
		if given == "" {
			continue
		}
		at, err := time.Parse("20060102T150405Z", given)
		if err != nil {
			at, err = parseISO(strings.TrimSuffix(given, "Z"))
		}
		return err != nil || now.After(at.Add(signatureLife))
	}
	return false
}

// sameSignature compares without telling by time where two signatures differ.
func sameSignature(a, b string) bool {
	return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
