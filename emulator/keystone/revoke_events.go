package keystone

import (
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// revokeEventView says which tokens have ended before their time.
type revokeEventView struct {
	UserID       string `json:"user_id,omitempty"`
	ProjectID    string `json:"project_id,omitempty"`
	AuditID      string `json:"audit_id,omitempty"`
	AuditChainID string `json:"audit_chain_id,omitempty"`
	TrustID      string `json:"OS-TRUST:trust_id,omitempty"`
	IssuedBefore string `json:"issued_before"`
}

type revokeEventsOut struct {
	Events []revokeEventView `json:"events"`
	Links  listLinks         `json:"links"`
}

// revokeEventList serves GET /v3/OS-REVOKE/events, the oldest first. Of several for the same only the last is known.
func (s *Service) revokeEventList(c *httpapi.Call) (revokeEventsOut, error) {
	if err := enforce(c, nil); err != nil {
		return revokeEventsOut{}, err
	}
	var since time.Time
	if asked := c.Query().Get("since"); asked != "" {
		var err error
		if since, err = parseISO(strings.TrimSuffix(asked, "Z")); err != nil {
			return revokeEventsOut{}, fail.New(fail.Invalid, "invalidate date format %s", asked)
		}
	}
	out := revokeEventsOut{Events: []revokeEventView{}, Links: listLinks{Self: c.URL("/v3/OS-REVOKE/events")}}
	for r := range s.oldRevocations.All(s.db.View()) {
		if !r.Before.Truncate(time.Second).After(since) {
			continue
		}
		kind, id, _ := strings.Cut(r.Key, "/")
		v := revokeEventView{IssuedBefore: tokenTime(r.Before.Truncate(time.Second))}
		switch kind {
		case revokedUser:
			v.UserID = id
		case revokedProject:
			v.ProjectID = id
		case revokedToken:
			v.AuditID = id
		case revokedChain:
			v.AuditChainID = id
		case revokedTrust:
			v.TrustID = id
		}
		out.Events = append(out.Events, v)
	}
	return out, nil
}

// certificateShow serves GET of what there was for PKI tokens: /v3/OS-SIMPLE-CERT/ca and /certificates.
func (s *Service) certificateShow(*httpapi.Call) (httpapi.Reply, error) {
	return httpapi.Reply{}, fail.New(fail.Gone, "This API is no longer available due to the removal of support for PKI tokens.")
}

// revokedList serves GET /v3/auth/tokens/OS-PKI/revoked: nothing keeps such a list any more.
func (s *Service) revokedList(*httpapi.Call) (httpapi.Reply, error) {
	return httpapi.Reply{}, &fail.Error{Kind: fail.Forbidden}
}
