package keystone_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/keystone"
)

const malformed = " The server could not comply with the request since it is either malformed or otherwise incorrect. " +
	"The client is assumed to be in error."

const unauthenticated = "The request you have made requires authentication."

// TestTokenIssueRefused holds what a real Keystone (Zed) answered to the same bodies.
func TestTokenIssueRefused(t *testing.T) {
	c := start(t, keystone.Config{})
	identity := func(method, what string) string {
		return fmt.Sprintf(`{"auth":{"identity":{"methods":[%q],%q:%s}}}`, method, method, what)
	}
	for _, test := range []struct {
		name, body string
		status     int
		message    string
	}{
		{"no body", "", 400, "Expecting to find auth in request body." + malformed},
		{"no auth", `{}`, 400, "Expecting to find auth in request body." + malformed},
		{"null", `{"auth":null}`, 400, "Expecting to find auth in request body." + malformed},
		{"a list", `[]`, 400, "Expecting to find valid JSON in request body." + malformed},
		{"cut off", `{"auth":`, 400, "Expecting to find valid JSON in request body." + malformed},
		{"no methods", `{"auth":{"identity":{"methods":[]}}}`, 401, unauthenticated},
		{
			"methods of a wrong type", `{"auth":{"identity":{"methods":"password"}}}`, 400,
			"Invalid input for field 'identity/methods': 'password' is not of type 'array'\n\nFailed validating 'type' in " +
				"schema['properties']['identity']['properties']['methods']:\n    {'items': {'type': 'string'}, 'type': 'array'}\n\n" +
				"On instance['identity']['methods']:\n    'password'",
		},
		{
			"method without its part", `{"auth":{"identity":{"methods":["password"]}}}`, 400,
			"Expecting to find password in identity." + malformed,
		},
		{"unknown method", identity("nope", `{}`), 401, "Attempted to authenticate with an unsupported method."},
		{"method that nothing provides for", identity("mapped", `{}`), 401, unauthenticated},
		{"no user", identity("password", `{}`), 400, "Expecting to find user in None." + malformed},
		{
			"empty user", identity("password", `{"user":{}}`), 400,
			"Invalid input for field identity/password/user: id or name must be present.",
		},
		{
			"name without domain", identity("password", `{"user":{"name":"demo","password":"x"}}`), 400,
			"Expecting to find domain in user." + malformed,
		},
		{
			"empty domain", identity("password", `{"user":{"name":"demo","domain":{},"password":"x"}}`), 400,
			"Invalid input for field identity/password/user/domain: id or name must be present.",
		},
		{"unknown domain", identity("password", `{"user":{"name":"demo","domain":{"id":"nope"},"password":"secret"}}`), 401, unauthenticated},
		{"unknown user", identity("password", `{"user":{"name":"nope","domain":{"id":"default"},"password":"secret"}}`), 401, unauthenticated},
		{"wrong password", identity("password", `{"user":{"name":"demo","domain":{"id":"default"},"password":"x"}}`), 401, unauthenticated},
		{"no password", identity("password", `{"user":{"name":"demo","domain":{"id":"default"}}}`), 401, unauthenticated},
		{
			"empty scope", passwordOf("demo", `{}`), 400,
			"Expecting to find system, project, domain, OS-TRUST:trust or unscoped in scope." + malformed,
		},
		{
			"two scopes", passwordOf("demo", `{"project":{"id":"x"},"domain":{"id":"x"}}`), 400,
			"Expecting to find system, project, domain, OS-TRUST:trust or unscoped in scope." + malformed,
		},
		{"scope that is a word", passwordOf("demo", `"project"`), 400, "string indices must be integers, not 'str'"},
		{"project of no domain", passwordOf("demo", `{"project":{"name":"demo"}}`), 400, "Expecting to find domain in project." + malformed},
		{"unknown project", passwordOf("demo", inProject("nope")), 401, unauthenticated},
		{"somebody else's project", passwordOf("demo", inProject("admin")), 401, unauthenticated},
		{"domain as a project", passwordOf("admin", `{"project":{"id":"default"}}`), 401, unauthenticated},
		{"domain without a role", passwordOf("admin", domain), 401, unauthenticated},
		{"system without a role", passwordOf("demo", system), 401, unauthenticated},
		{"trust", passwordOf("demo", `{"OS-TRUST:trust":{"id":"x"}}`), 401, unauthenticated},
		{"foreign token", tokenFrom("bogus", ""), 404, "Could not recognize Fernet token"},
		{
			"application credential without anything", identity("application_credential", `{}`), 400,
			"Expecting to find name or ID in application credential." + malformed,
		},
		{
			"unknown application credential", identity("application_credential", `{"id":"x","secret":"y"}`), 404,
			"Could not find Application Credential: x.",
		},
		{
			"name of an application credential without user", identity("application_credential", `{"name":"x"}`), 400,
			"Expecting to find user in application credential." + malformed,
		},
		{
			"application credential of an unknown user",
			identity("application_credential", `{"name":"x","user":{"name":"nope","domain":{"id":"default"}}}`), 404,
			"Could not find user: nope.",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := c.do("POST", "/v3/auth/tokens", test.body)
			if r.StatusCode != test.status || r.message() != test.message {
				t.Errorf("%d %q\nwant %d %q", r.StatusCode, r.message(), test.status, test.message)
			}
			if header := r.Header.Get("Www-Authenticate"); (test.status == 401) != (header != "") {
				t.Errorf("WWW-Authenticate: %q", header)
			}
			if r.Header.Get("Vary") != "X-Auth-Token" {
				t.Error("no Vary")
			}
		})
	}
	r := c.do("POST", "/v3/auth/tokens", identity("nope", `{}`))
	if n := len(r.at("error", "identity", "methods").([]any)); n != 6 {
		t.Errorf("an unsupported method is told of %d others", n)
	}
}

func TestTokenIssue(t *testing.T) {
	c := start(t, keystone.Config{})
	for _, test := range []struct {
		name, body string
		roles      []string
		scope      string // the member of the token that says what it is for
		catalog    bool
	}{
		{"project", passwordOf("demo", inProject("demo")), []string{"member", "reader"}, "project", true},
		{"administrator", passwordOf("admin", inProject("admin")), []string{"admin", "manager", "member", "reader"}, "project", true},
		{"system", passwordOf("admin", system), []string{"admin", "manager", "member", "reader"}, "system", true},
		{"no scope", passwordOf("demo", ""), nil, "", false},
		{"no scope, said", passwordOf("demo", explicitlyNot), nil, "", false},
		{"no scope, as old clients say", passwordOf("demo", `{"unscoped":{}}`), nil, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := c.want(201, c.do("POST", "/v3/auth/tokens", test.body))
			if n := len(r.Header.Get("X-Subject-Token")); n == 0 || n >= 255 {
				t.Errorf("a token of %d characters", n)
			}
			var roles []string
			for i := 0; r.at("token", "roles", i) != nil; i++ {
				roles = append(roles, r.at("token", "roles", i, "name").(string))
			}
			slices.Sort(roles)
			if !slices.Equal(roles, test.roles) {
				t.Errorf("roles %v, want %v", roles, test.roles)
			}
			for _, kind := range []string{"project", "domain", "system"} {
				if has := r.at("token", kind) != nil; has != (kind == test.scope) {
					t.Errorf("has %s: %v", kind, has)
				}
			}
			if has := r.at("token", "catalog") != nil; has != test.catalog {
				t.Errorf("has a catalog: %v", has)
			}
			if r.at("token", "expires_at") != "2026-11-22T16:00:00.000000Z" || r.at("token", "issued_at") != "2026-11-22T15:00:00.000000Z" {
				t.Errorf("from %v to %v", r.at("token", "issued_at"), r.at("token", "expires_at"))
			}
		})
	}
	if r := c.want(201, c.do("POST", "/v3/auth/tokens?nocatalog", passwordOf("demo", inProject("demo")))); r.at("token", "catalog") != nil {
		t.Error("a catalog in spite of nocatalog")
	}
}

// TestScopesOfAConfiguredCloud covers what the default cloud has no example of.
func TestScopesOfAConfiguredCloud(t *testing.T) {
	c := start(t, keystone.Config{
		Domains: []keystone.DomainConfig{{ID: "default", Name: "Default"}, {Name: "Other"}, {Name: "Closed", Disabled: true}},
		Projects: []keystone.ProjectConfig{
			{Name: "admin"},
			{Name: "top"},
			{Name: "leaf", Parent: "top"},
			{Name: "shut", Disabled: true},
			{Name: "inside", Domain: "Closed"},
		},
		Groups: []keystone.GroupConfig{{Name: "readers", Roles: []keystone.GrantConfig{{Role: "reader", Project: "top"}}}},
		Users: []keystone.UserConfig{
			{Name: "admin", Password: "secret", Roles: []keystone.GrantConfig{
				{Role: "admin", Project: "admin"},
				{Role: "admin", Project: "shut"},
				{Role: "admin", Domain: "Default"},
				{Role: "admin", Project: "inside", ProjectDomain: "Closed"},
			}},
			{
				Name: "heir", Password: "secret", DefaultProject: "leaf",
				Roles: []keystone.GrantConfig{{Role: "member", Project: "top", Inherited: true}},
			},
			{Name: "grouped", Password: "secret", Groups: []string{"readers"}},
			{Name: "gone", Password: "secret", Disabled: true},
			{Name: "lost", Password: "secret", DefaultProject: "top"},
		},
	})
	if r := c.want(201, c.do("POST", "/v3/auth/tokens", passwordOf("admin", domain))); r.at("token", "domain", "name") != "Default" {
		t.Errorf("a domain's token: %s", r.body)
	}
	if r := c.want(201, c.do("POST", "/v3/auth/tokens", passwordOf("heir", ""))); r.at("token", "project", "name") != "leaf" {
		t.Errorf("the default project is not the scope: %s", r.body)
	}
	if r := c.want(201, c.do("POST", "/v3/auth/tokens", passwordOf("heir", explicitlyNot))); r.at("token", "project") != nil {
		t.Error("the default project is the scope of a token that was to have none")
	}
	if r := c.want(201, c.do("POST", "/v3/auth/tokens", passwordOf("lost", ""))); r.at("token", "project") != nil {
		t.Error("a default project without a role is the scope")
	}
	c.want(401, c.do("POST", "/v3/auth/tokens", passwordOf("heir", inProject("top")))) // inherited, so not for top itself
	c.want(201, c.do("POST", "/v3/auth/tokens", passwordOf("grouped", inProject("top"))))
	c.want(401, c.do("POST", "/v3/auth/tokens", passwordOf("gone", "")))
	c.want(401, c.do("POST", "/v3/auth/tokens", passwordOf("admin", inProject("shut"))))
	c.want(401, c.do("POST", "/v3/auth/tokens", passwordOf("admin", `{"project":{"name":"inside","domain":{"name":"Closed"}}}`)))

	// A token for a domain sees its domain only, and is no good where rules want the system or a project.
	token := c.login("admin", domain)
	if r := c.want(200, c.get("/v3/domains", token)); len(r.at("domains").([]any)) != 1 {
		t.Errorf("domains seen from one of them: %s", r.body)
	}
	if r := c.want(403, c.get("/v3/services", token)); !strings.Contains(r.message(), "identity:list_services") {
		t.Error(r.message())
	}
}

func TestTokenFromToken(t *testing.T) {
	c := start(t, keystone.Config{})
	first := c.want(201, c.do("POST", "/v3/auth/tokens", passwordOf("demo", explicitlyNot)))
	token := first.Header.Get("X-Subject-Token")
	if err := c.queue.Advance(t.Context(), 10*time.Minute); err != nil {
		t.Fatal(err)
	}
	second := c.want(201, c.do("POST", "/v3/auth/tokens", tokenFrom(token, inProject("demo"))))
	if second.at("token", "expires_at") != first.at("token", "expires_at") {
		t.Error("a token made from another lives longer")
	}
	if second.at("token", "audit_ids", 1) != first.at("token", "audit_ids", 0) {
		t.Error("the chain is lost")
	}
	if got := fmt.Sprint(second.at("token", "methods")); got != "[password token]" {
		t.Errorf("methods %s", got)
	}
	third := c.want(201, c.do("POST", "/v3/auth/tokens", tokenFrom(second.Header.Get("X-Subject-Token"), "")))
	if third.at("token", "audit_ids", 1) != first.at("token", "audit_ids", 0) {
		t.Error("a chain of three has lost its first")
	}
	r := c.want(403, c.do("POST", "/v3/auth/tokens", tokenFrom(c.login("admin", system), inProject("admin"))))
	if want := "You are not authorized to perform the requested action: Using a system-scoped token to create a project-scoped " +
		"or domain-scoped token is not allowed.."; r.message() != want {
		t.Error(r.message())
	}
	c.want(401, c.do("POST", "/v3/auth/tokens", tokenFrom(token, inProject("admin"))))
	both := strings.Replace(passwordOf("admin", ""), `["password"]`, `["password","token"]`, 1)
	both = strings.Replace(both, `"password":{"user"`, fmt.Sprintf(`"token":{"id":%q},"password":{"user"`, token), 1)
	c.want(401, c.do("POST", "/v3/auth/tokens", both)) // two methods, two people
}
