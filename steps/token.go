package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
)

func (w *World) tokenSteps(sc registrar) {
	step(sc, `{who} gets? a token`, w.getToken)
	step(sc, `{who} gets? a token for no project`, w.getUnscopedToken)
	step(sc, `{who} gets? a token for the project {string}`, w.getTokenFor)
	step(sc, `{who} gets? a token with the password {string}`, w.getTokenWithPassword)
	step(sc, `{who} gets? a token as the user {string}`, w.getTokenAs)
	step(sc, `{who} revokes? the token`, w.revokeToken)
	step(sc, `{who} validates? the token`, w.validateToken)
	step(sc, `{who} uses? the token`, w.useToken)
	step(sc, `the token is for the project {string}`, w.tokenIsForProject)
	step(sc, `the token is for no project`, w.tokenIsForNoProject)
	step(sc, `the token has the roles {string}`, w.tokenHasRoles)
	step(sc, `its catalog offers {string}`, w.catalogOffers)
	step(sc, `it has no catalog`, w.hasNoCatalog)
}

// token is the token that a scenario speaks of, with what Keystone said about it.
type token struct {
	id      string
	project *tokens.Project
	roles   []tokens.Role
	catalog *tokens.ServiceCatalog
}

// getToken is
//
//	When I get a token
//
// for my own project.
func (w *World) getToken(ctx context.Context, who string) error {
	return w.postToken(ctx, who, func(*gophercloud.AuthOptions) {})
}

// getUnscopedToken is
//
//	When I get a token for no project
func (w *World) getUnscopedToken(ctx context.Context, who string) error {
	return w.postToken(ctx, who, func(o *gophercloud.AuthOptions) {
		o.Scope, o.TenantID, o.TenantName = nil, "", ""
	})
}

// getTokenFor is
//
//	When I try to get a token for the project "admin"
func (w *World) getTokenFor(ctx context.Context, who, project string) error {
	return w.postToken(ctx, who, func(o *gophercloud.AuthOptions) {
		p := w.project(project)
		o.Scope = &gophercloud.AuthScope{ProjectName: p.Name, DomainID: p.Domain.ID}
		o.TenantID, o.TenantName = "", ""
	})
}

// project is the one of a person, or the one of that name in the domain Default.
func (w *World) project(name string) tokens.Project {
	if c, ok := w.cloud.(interface {
		Project(person string) (tokens.Project, bool)
	}); ok {
		if p, ok := c.Project(name); ok {
			return p
		}
	}
	return tokens.Project{Name: name, Domain: tokens.Domain{ID: "default"}}
}

// getTokenWithPassword is
//
//	When I try to get a token with the password "guess"
func (w *World) getTokenWithPassword(ctx context.Context, who, password string) error {
	return w.postToken(ctx, who, func(o *gophercloud.AuthOptions) { o.Password = password })
}

// getTokenAs is
//
//	When I try to get a token as the user "nobody"
//
// with my own password.
func (w *World) getTokenAs(ctx context.Context, who, user string) error {
	return w.postToken(ctx, who, func(o *gophercloud.AuthOptions) { o.Username, o.UserID = user, "" })
}

func (w *World) postToken(ctx context.Context, who string, change func(*gophercloud.AuthOptions)) error {
	a := act(who)
	auth, err := w.cloud.Credentials(a.person)
	if err != nil {
		return err
	}
	c, err := w.stranger(ctx, a.person, auth.IdentityEndpoint)
	if err != nil {
		return err
	}
	change(&auth)
	scope, err := auth.ToTokenV3ScopeMap()
	if err != nil {
		return err
	}
	body, err := auth.ToTokenV3CreateMap(scope)
	if err != nil {
		return err
	}
	var made tokens.CreateResult
	resp, err := c.Post(ctx, c.ServiceURL("auth", "tokens"), body, &made.Body, accepted(http.StatusCreated))
	if err == nil {
		made.Header = resp.Header
		w.token, err = newToken(made)
	}
	return w.did(a, err)
}

func newToken(r tokens.CreateResult) (t token, err error) {
	var errs [4]error
	t.id, errs[0] = r.ExtractTokenID()
	t.project, errs[1] = r.ExtractProject()
	t.roles, errs[2] = r.ExtractRoles()
	t.catalog, errs[3] = r.ExtractServiceCatalog()
	return t, errors.Join(errs[:]...)
}

// stranger is a Keystone client without a token, on the way that a person's requests take.
func (w *World) stranger(ctx context.Context, person, endpoint string) (*gophercloud.ServiceClient, error) {
	known, err := w.provider(ctx, person, "identity")
	if err != nil {
		return nil, err
	}
	p, err := openstack.NewClient(endpoint)
	if err != nil {
		return nil, err
	}
	p.HTTPClient = known.HTTPClient
	return &gophercloud.ServiceClient{ProviderClient: p, Endpoint: strings.TrimSuffix(endpoint, "/") + "/"}, nil
}

// revokeToken is
//
//	When I revoke the token
//
// showing the token itself.
func (w *World) revokeToken(ctx context.Context, who string) error {
	return w.withToken(ctx, act(who), func(c *gophercloud.ServiceClient) error {
		return tokens.Revoke(ctx, c, w.token.id).Err
	})
}

// useToken is
//
//	When I try to use the token
//
// to look at the token itself.
func (w *World) useToken(ctx context.Context, who string) error {
	return w.withToken(ctx, act(who), func(c *gophercloud.ServiceClient) error {
		return tokens.Get(ctx, c, w.token.id).Err
	})
}

func (w *World) withToken(ctx context.Context, who actor, do func(*gophercloud.ServiceClient) error) error {
	auth, err := w.cloud.Credentials(who.person)
	if err != nil {
		return err
	}
	c, err := w.stranger(ctx, who.person, auth.IdentityEndpoint)
	if err != nil {
		return err
	}
	c.SetToken(w.token.id)
	return w.did(who, do(c))
}

// validateToken is
//
//	When the administrator tries to validate the token
func (w *World) validateToken(ctx context.Context, who string) error {
	a := act(who)
	c, err := w.Identity(ctx, a.person)
	if err != nil {
		return err
	}
	return w.did(a, tokens.Get(ctx, c, w.token.id).Err)
}

// tokenIsForProject is
//
//	Then the token is for the project "demo"
//
// admin, demo and alt_demo are the projects of those people, whatever they are called on the cloud.
func (w *World) tokenIsForProject(name string) error {
	if w.token.project == nil {
		return errors.New("it is for no project")
	}
	return same("the token's project", w.project(name).Name, w.token.project.Name)
}

// tokenIsForNoProject is
//
//	Then the token is for no project
func (w *World) tokenIsForNoProject() error {
	if p := w.token.project; p != nil && p.ID != "" {
		return fmt.Errorf("it is for %s", p.Name)
	}
	return nil
}

// tokenHasRoles is
//
//	Then the token has the roles "member, reader"
//
// at least.
func (w *World) tokenHasRoles(list string) error {
	for _, want := range words(list) {
		if !slices.ContainsFunc(w.token.roles, func(r tokens.Role) bool { return r.Name == want }) {
			return fmt.Errorf("it lacks %s, having %v", want, w.token.roles)
		}
	}
	return nil
}

// catalogOffers is
//
//	Then its catalog offers "identity, image, block-storage"
//
// each with a public endpoint.
func (w *World) catalogOffers(list string) error {
	for _, want := range words(list) {
		if !slices.ContainsFunc(w.token.catalog.Entries, func(e tokens.CatalogEntry) bool {
			return e.Type == want && slices.ContainsFunc(e.Endpoints, func(p tokens.Endpoint) bool { return p.Interface == "public" })
		}) {
			return fmt.Errorf("it offers no %s: %v", want, w.token.catalog.Entries)
		}
	}
	return nil
}

// hasNoCatalog is
//
//	Then it has no catalog
func (w *World) hasNoCatalog() error {
	if n := len(w.token.catalog.Entries); n > 0 {
		return fmt.Errorf("it has a catalog of %d services", n)
	}
	return nil
}
