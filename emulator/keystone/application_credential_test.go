package keystone_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/keystone"
)

func byCredential(id, secret string) string {
	return fmt.Sprintf(`{"auth":{"identity":{"methods":["application_credential"],"application_credential":{"id":%q,"secret":%q}}}}`, id, secret)
}

func TestApplicationCredentials(t *testing.T) {
	c := start(t, keystone.Config{})
	demo, path := c.demo(), "/v3/users/"+c.id("users", "demo")+"/application_credentials"
	create := func(body string) reply { t.Helper(); return c.do("POST", path, body, demo) }

	made := c.want(201, create(`{"application_credential":{"name":"a1","expires_at":"2026-11-22T15:30:00.000000"}}`))
	id, secret := made.at("application_credential", "id").(string), made.at("application_credential", "secret").(string)
	if len(secret) != 86 || made.at("application_credential", "expires_at") != "2026-11-22T15:30:00.000000" {
		t.Error(made.body)
	}
	if r := c.want(200, c.get(path+"/"+id, demo)); r.at("application_credential", "secret") != nil || r.at("application_credential", "name") != "a1" {
		t.Errorf("shown later: %s", r.body)
	}
	if r := c.want(409, create(`{"application_credential":{"name":"a1"}}`)); r.message() !=
		"Conflict occurred attempting to store application_credential - Duplicate entry found with name a1." {
		t.Error(r.message())
	}

	r := c.want(201, c.do("POST", "/v3/auth/tokens", byCredential(id, secret)))
	if r.at("token", "project", "name") != "demo" || r.at("token", "application_credential", "restricted") != true ||
		r.at("token", "expires_at") != "2026-11-22T15:30:00.000000Z" { // it ends with the credential
		t.Error(r.body)
	}
	token := r.Header.Get("X-Subject-Token")
	byName := `{"auth":{"identity":{"methods":["application_credential"],"application_credential":{"name":"a1","secret":` +
		fmt.Sprintf("%q", secret) + `,"user":{"name":"demo","domain":{"name":"Default"}}}}}}`
	c.want(201, c.do("POST", "/v3/auth/tokens", byName))
	c.want(401, c.do("POST", "/v3/auth/tokens", byCredential(id, "wrong")))
	scoped := strings.Replace(byCredential(id, secret), `}}}}`, `}},"scope":{"unscoped":{}}}}`, 1)
	if r := c.want(401, c.do("POST", "/v3/auth/tokens", scoped)); r.message() !=
		"Error authenticating with application credential: Application credentials cannot request a scope." || r.at("error", "identity") == nil {
		t.Error(r.body)
	}

	// A restricted credential does not make or delete others, and its tokens make no tokens for other scopes.
	restricted := "You are not authorized to perform the requested action: Using method 'application_credential' is not allowed " +
		"for managing additional application credentials.."
	if r := c.want(403, c.do("POST", path, `{"application_credential":{"name":"a2"}}`, token)); r.message() != restricted {
		t.Error(r.message())
	}
	c.want(403, c.do("DELETE", path+"/"+id, "", token))
	c.want(403, c.do("POST", "/v3/auth/tokens", tokenFrom(token, inProject("demo"))))

	c.want(204, c.do("DELETE", path+"/"+id, "", demo))
	if c.authenticates(token) {
		t.Error("the token of a deleted credential is good")
	}
	if r := c.want(404, c.do("DELETE", path+"/"+id, "", demo)); r.message() != "Could not find Application Credential: "+id+"." {
		t.Error(r.message())
	}
}

func TestApplicationCredentialRoles(t *testing.T) {
	c := start(t, keystone.Config{})
	demo, path := c.demo(), "/v3/users/"+c.id("users", "demo")+"/application_credentials"
	made := c.want(201, c.do("POST", path, `{"application_credential":{"name":"r","secret":"s","unrestricted":true,"roles":[{"name":"reader"}]}}`, demo))
	r := c.want(201, c.do("POST", "/v3/auth/tokens", byCredential(made.at("application_credential", "id").(string), "s")))
	if r.at("token", "roles", 0, "name") != "reader" || r.at("token", "roles", 1) != nil {
		t.Error(r.body)
	}
	c.want(201, c.do("POST", path, `{"application_credential":{"name":"by one"}}`, r.Header.Get("X-Subject-Token")))

	for body, message := range map[string]string{
		`{"name":"x","roles":[{"name":"admin"}]}`: "Invalid application credential: Cannot create an application credential with unassigned role",
		`{"name":"x","roles":[{"name":"nope"}]}`:  "Role nope is not defined",
		`{"name":"x","expires_at":"bogus"}`:       "Timestamp not in expected format." + malformed,
		`{"name":"x","expires_at":"2020-01-01"}`:  "The 'expires_at' must not be before now." + malformed,
		`{"name":5}`:                              "Invalid input for field/attribute name. Value: 5. 5 is not of type 'string'",
		`{}`:                                      "Invalid input for field/attribute application_credential. Value: {}. 'name' is a required property",
	} {
		if r := c.do("POST", path, `{"application_credential":`+body+`}`, demo); r.message() != message || r.StatusCode/100 != 4 {
			t.Errorf("%s: %d %q, want %q", body, r.StatusCode, r.message(), message)
		}
	}
	if r := c.want(403, c.do("POST", path, `{"application_credential":{"name":"x"}}`, c.admin())); !strings.Contains(r.message(), "identity:create_application_credential") {
		t.Error(r.message())
	}
	if r := c.want(400, c.do("POST", path, `{"application_credential":{"name":"x"}}`, c.login("demo", explicitlyNot))); r.message() == "" {
		t.Error(r.body)
	}
	if r := c.want(200, c.get(path+"?name=r", demo)); len(r.at("application_credentials").([]any)) != 1 {
		t.Error(r.body)
	}
}

// TestAccessRules keeps tokens with rules from services that do not know of them.
func TestAccessRules(t *testing.T) {
	c := start(t, keystone.Config{})
	demo, path := c.demo(), "/v3/users/"+c.id("users", "demo")+"/application_credentials"
	made := c.want(201, c.do("POST", path, `{"application_credential":{"name":"a","secret":"s","access_rules":`+
		`[{"path":"/v2.1/servers","method":"GET","service":"compute"}]}}`, demo))
	token := c.want(201, c.do("POST", "/v3/auth/tokens", byCredential(made.at("application_credential", "id").(string), "s"))).Header.Get("X-Subject-Token")
	if r := c.want(404, c.do("GET", "/v3/auth/tokens", "", c.admin(), "X-Subject-Token: "+token)); r.message() != "Failed to validate token" {
		t.Error(r.message())
	}
	r := c.want(200, c.do("GET", "/v3/auth/tokens", "", c.admin(), "X-Subject-Token: "+token, "OpenStack-Identity-Access-Rules: 1.0"))
	if r.at("token", "application_credential", "access_rules", 0, "path") != "/v2.1/servers" {
		t.Error(r.body)
	}
	c.want(404, c.do("POST", "/v3/auth/tokens", tokenFrom(token, "")))
	c.advance(time.Hour)
}

// The listed order is the one in which they were made, as rows without an order come from upstream's data base.
func TestAccessRulesAreListedAsTheyWereMade(t *testing.T) {
	c := start(t, keystone.Config{})
	demo, user := c.demo(), "/v3/users/"+c.id("users", "demo")
	var want []any
	for i := range 8 {
		made := c.want(201, c.do("POST", user+"/application_credentials", fmt.Sprintf(`{"application_credential":{"name":"a%d","access_rules":`+
			`[{"path":"/v2.0/metrics","method":"GET","service":"s%d"},{"path":"/v2.0/metrics","method":"PUT","service":"s%d"}]}}`, i, i, i), demo))
		want = append(want, made.at("application_credential", "access_rules", 0, "id"), made.at("application_credential", "access_rules", 1, "id"))
	}
	r := c.want(200, c.do("GET", user+"/access_rules", "", demo))
	for i, id := range want {
		if got := r.at("access_rules", i, "id"); got != id {
			t.Errorf("at %d: %v, want %v", i, got, id)
		}
	}
}
