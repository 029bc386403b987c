package keystone

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// IdentityProvider is who vouches for federated users. It is kept and shown; nobody can log in by one here.
type IdentityProvider struct {
	ID               string
	DomainID         string
	Enabled          bool
	Description      *string
	AuthorizationTTL *int     // minutes
	RemoteIDs        []string // each belongs to one provider only
}

func (p *IdentityProvider) attribute(name string) (any, bool) {
	switch name {
	case "id":
		return p.ID, true
	case "enabled":
		return p.Enabled, true
	}
	return nil, false
}

type identityProviderView struct {
	ID               string   `json:"id"`
	DomainID         string   `json:"domain_id"`
	Enabled          bool     `json:"enabled"`
	Description      *string  `json:"description"`
	AuthorizationTTL *int     `json:"authorization_ttl"`
	RemoteIDs        []string `json:"remote_ids"`
	Links            struct {
		Self      string `json:"self"`
		Protocols string `json:"protocols"`
	} `json:"links"`
}

const identityProvidersPath = "/v3/OS-FEDERATION/identity_providers"

// newIdentityProviderView shows a provider.
// Quirk: the answer to its creation has the remote ids as they were given, all others have them in order
// (testdata/recorded/federation.json).
func newIdentityProviderView(p IdentityProvider, collection string) identityProviderView {
	v := identityProviderView{
		ID: p.ID, DomainID: p.DomainID, Enabled: p.Enabled, Description: p.Description, AuthorizationTTL: p.AuthorizationTTL,
		RemoteIDs: append([]string{}, p.RemoteIDs...),
	}
	v.Links.Self = collection + "/" + p.ID
	v.Links.Protocols = v.Links.Self + "/protocols"
	return v
}

type identityProviderOut struct {
	IdentityProvider identityProviderView `json:"identity_provider"`
}

type identityProvidersOut struct {
	IdentityProviders []identityProviderView `json:"identity_providers"`
	Links             listLinks              `json:"links"`
	Truncated         bool                   `json:"truncated,omitempty"`
}

var (
	identityProviderProperties = schema.Dict{
		member("enabled", switchText),
		member("description", textOrNull),
		member("authorization_ttl", schema.Dict{member("type", schema.List{"integer", "null"}), member("minimum", 0)}),
		member("remote_ids", schema.Dict{
			member("type", schema.List{"array", "null"}),
			member("items", schema.Dict{member("type", "string"), member("maxLength", 64)}),
			member("uniqueItems", true),
		}),
	}
	identityProviderCreateBody = schema.New(object(schema.Dict{member("identity_provider", object(
		append(schema.Dict{member("domain_id", schemaDict(idText).orNull())}, identityProviderProperties...), nil, false,
	))}, nil, false))
	identityProviderUpdateBody = schema.New(schema.Dict{
		member("type", "object"),
		member("properties", schema.Dict{
			member("identity_provider", object(identityProviderProperties, nil, false).With("minProperties", 1)),
		}),
		member("required", schema.List{"identity_provider"}),
	})
	federationListQuery = querySchema(schema.Dict{member("id", anyText), member("enabled", switchText)})
)

// identityProviderList serves GET /v3/OS-FEDERATION/identity_providers.
func (s *Service) identityProviderList(c *httpapi.Call) (identityProvidersOut, error) {
	if err := s.checkQuery(c, federationListQuery); err != nil {
		return identityProvidersOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return identityProvidersOut{}, err
	}
	rows := selected(s.identityProviders.All(s.db.View()), filtersOf(c, "id", "enabled"))
	p, err := paged(s, c, rows, func(p *IdentityProvider) string { return p.ID })
	return identityProvidersOut{views(p.rows, c.URL(identityProvidersPath), newIdentityProviderView), p.links, p.truncated}, err
}

// identityProvider finds the provider of the path, once the caller may ask about it.
func (s *Service) identityProvider(c *httpapi.Call, r state.Reader) (IdentityProvider, error) {
	if err := enforce(c, nil); err != nil {
		return IdentityProvider{}, err
	}
	p, ok := s.identityProviders.Get(r, c.Var("idp_id"))
	if !ok {
		return p, noIdentityProvider(c)
	}
	return p, nil
}

func noIdentityProvider(c *httpapi.Call) error {
	return fail.Missing("Identity Provider", c.Var("idp_id"))
}

// identityProviderShow serves GET /v3/OS-FEDERATION/identity_providers/{idp_id}.
func (s *Service) identityProviderShow(c *httpapi.Call) (identityProviderOut, error) {
	p, err := s.identityProvider(c, s.db.View())
	return identityProviderOut{newIdentityProviderView(p, c.URL(identityProvidersPath))}, err
}

// identityProviderSet serves PUT /v3/OS-FEDERATION/identity_providers/{idp_id}, which makes one. Its users get a domain of
// their own unless it names one.
func (s *Service) identityProviderSet(c *httpapi.Call) (identityProviderOut, error) {
	in, err := refOf(c, "identity_provider")
	if err != nil {
		return identityProviderOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return identityProviderOut{}, err
	}
	in = in.normalized()
	p := IdentityProvider{
		ID: c.Var("idp_id"), DomainID: in.text("domain_id"), Enabled: in.flag("enabled", false), Description: in.given("description"),
		AuthorizationTTL: in.wholeOrNull("authorization_ttl"), RemoteIDs: in.list("remote_ids"),
	}
	if err := shortID(p.ID); err != nil {
		return identityProviderOut{}, err
	}
	out := newIdentityProviderView(p, c.URL(identityProvidersPath))
	slices.Sort(p.RemoteIDs)
	err = s.db.Update(func(tx *state.Tx) error {
		if _, ok := s.domain(tx, p.DomainID); p.DomainID != "" && !ok {
			return fail.Missing("domain", p.DomainID)
		}
		if s.identityProviders.Has(tx, p.ID) {
			return conflict("identity_provider", "Duplicate entry: %s", p.ID)
		}
		if err := s.remoteIDsFree(tx, p); err != nil {
			return err
		}
		if p.DomainID == "" {
			about := "Auto generated federated domain for Identity Provider: " + p.ID
			own := Project{ID: s.ids.Hex(), Description: &about, Enabled: true, IsDomain: true}
			own.Name = own.ID
			s.projects.Put(tx, own)
			p.DomainID = own.ID
		}
		out.DomainID = p.DomainID
		s.identityProviders.Put(tx, p)
		return nil
	})
	return identityProviderOut{out}, err
}

// maxFederationID is the width of upstream's column for ids that the client chooses.
const maxFederationID = 64

// shortID refuses an id that has no room.
// Quirk: upstream fails with 500 here, which this emulator does not copy.
func shortID(id string) error {
	if len(id) > maxFederationID {
		return fail.New(fail.Invalid, "String length exceeded. The length of string '%s' exceeds the limit of column id(CHAR(%d)).",
			id, maxFederationID)
	}
	return nil
}

// remoteIDsFree refuses remote ids that another provider has.
func (s *Service) remoteIDsFree(r state.Reader, p IdentityProvider) error {
	for other := range s.identityProviders.All(r) {
		for _, id := range other.RemoteIDs {
			if other.ID != p.ID && slices.Contains(p.RemoteIDs, id) {
				return conflict("identity_provider", "Duplicate remote ID: %s", id)
			}
		}
	}
	return nil
}

// identityProviderUpdate serves PATCH /v3/OS-FEDERATION/identity_providers/{idp_id}.
func (s *Service) identityProviderUpdate(c *httpapi.Call) (identityProviderOut, error) {
	in, err := refOf(c, "identity_provider")
	if err != nil {
		return identityProviderOut{}, err
	}
	in = in.normalized()
	var p IdentityProvider
	err = s.db.Update(func(tx *state.Tx) error {
		if p, err = s.identityProvider(c, tx); err != nil {
			return err
		}
		p.Enabled = in.flag("enabled", p.Enabled)
		if in.has("description") {
			p.Description = in.given("description")
		}
		if in.has("authorization_ttl") {
			p.AuthorizationTTL = in.wholeOrNull("authorization_ttl")
		}
		if in.has("remote_ids") {
			p.RemoteIDs = in.list("remote_ids")
			slices.Sort(p.RemoteIDs)
		}
		if err := s.remoteIDsFree(tx, p); err != nil {
			return err
		}
		s.identityProviders.Put(tx, p)
		return nil
	})
	return identityProviderOut{newIdentityProviderView(p, c.URL(identityProvidersPath))}, err
}

// identityProviderDelete serves DELETE /v3/OS-FEDERATION/identity_providers/{idp_id}. Its protocols go along; a domain that
// was made for it stays.
func (s *Service) identityProviderDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		p, err := s.identityProvider(c, tx)
		if err == nil {
			s.deleteIdentityProvider(tx, p.ID)
		}
		return err
	})
}

func (s *Service) deleteIdentityProvider(tx *state.Tx, id string) {
	s.identityProviders.Delete(tx, id)
	deleteWhere(tx, s.protocols, s.protocols.WithPrefix(tx, keyOf(id, "")), func(*federationProtocol) bool { return true })
}
