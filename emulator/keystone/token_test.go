package keystone_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/keystone"
)

func (c *cloud) advance(d time.Duration) {
	c.Helper()
	if err := c.queue.Advance(c.Context(), d); err != nil {
		c.Fatal(err)
	}
}

func (c *cloud) authenticates(token string) bool {
	c.Helper()
	_, err := c.Authenticate(c.Context(), token)
	if err != nil && !errors.Is(err, fail.Unauthenticated) && !errors.Is(err, fail.NotFound) {
		c.Errorf("refused for another reason: %v", err)
	}
	return err == nil
}

// TestWhatEndsAToken looks at each token before and after, so that what was remembered of it counts.
func TestWhatEndsAToken(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, c *cloud, token string){
		"expiry": func(_ *testing.T, c *cloud, _ string) { c.advance(time.Hour) },
		"revocation": func(_ *testing.T, c *cloud, token string) {
			c.want(204, c.do("DELETE", "/v3/auth/tokens", "", token, "X-Subject-Token: "+token))
		},
		"revocation of the chain": func(_ *testing.T, c *cloud, token string) {
			r := c.want(200, c.do("GET", "/v3/auth/tokens", "", token, "X-Subject-Token: "+token))
			c.RevokeChain(r.at("token", "audit_ids", 0).(string))
		},
		"user disabled": func(_ *testing.T, c *cloud, _ string) {
			c.ChangeUser(c.id("users", "demo"), func(u *keystone.User) { u.Enabled = false })
		},
		"project disabled": func(_ *testing.T, c *cloud, _ string) {
			c.ChangeProject(c.id("projects", "demo"), func(p *keystone.Project) { p.Enabled = false })
		},
		"domain disabled": func(_ *testing.T, c *cloud, _ string) {
			c.ChangeProject("default", func(p *keystone.Project) { p.Enabled = false })
		},
		"all roles taken": func(t *testing.T, c *cloud, _ string) {
			user, project := c.id("users", "demo"), c.id("projects", "demo")
			if !c.TakeRole(user, project, c.id("roles", "member")) || !c.TakeRole(user, project, c.id("roles", "reader")) {
				t.Fatal("there was nothing to take")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, keystone.Config{})
			token, other := c.demo(), c.login("alt_demo", explicitlyNot)
			if !c.authenticates(token) {
				t.Fatal("a new token is not good")
			}
			end(t, c, token)
			if c.authenticates(token) {
				t.Error("the token is still good")
			}
			if name != "expiry" && name != "domain disabled" && !c.authenticates(other) {
				t.Error("another token has ended with it")
			}
		})
	}
}

// TestRolesFollow takes one of two roles: the token stays good and has one role less.
func TestRolesFollow(t *testing.T) {
	c := start(t, keystone.Config{})
	token := c.demo()
	id, err := c.Authenticate(t.Context(), token)
	if err != nil || !id.Has("member") || id.Creds.UserID != id.UserID {
		t.Fatalf("%+v, %v", id, err)
	}
	c.TakeRole(id.UserID, id.ProjectID, c.id("roles", "member"))
	id, err = c.Authenticate(t.Context(), token)
	if err != nil || id.Has("member") || !id.Has("reader") {
		t.Errorf("%+v, %v", id, err)
	}
}

// TestTokensSurviveRestore goes back to a state before a revocation.
func TestTokensSurviveRestore(t *testing.T) {
	c := start(t, keystone.Config{})
	token := c.demo()
	before := c.db.Snapshot()
	c.want(204, c.do("DELETE", "/v3/auth/tokens", "", token, "X-Subject-Token: "+token))
	if c.authenticates(token) {
		t.Fatal("a revoked token is good")
	}
	_ = c.db.Restore(before)
	if !c.authenticates(token) {
		t.Error("a token is not good in the state before its revocation")
	}
}

func TestTokenShow(t *testing.T) {
	c := start(t, keystone.Config{})
	admin, demo := c.admin(), c.demo()
	show := func(token string, headers ...string) reply {
		t.Helper()
		return c.do("GET", "/v3/auth/tokens", "", append([]string{token}, headers...)...)
	}
	r := c.want(200, show(admin, "X-Subject-Token: "+demo))
	if r.at("token", "user", "name") != "demo" || r.Header.Get("X-Subject-Token") != demo {
		t.Error(r.body)
	}
	c.want(200, show(demo, "X-Subject-Token: "+demo))
	c.want(200, show(c.login("glance", inProject("service")), "X-Subject-Token: "+demo))
	if r := c.want(403, show(demo, "X-Subject-Token: "+admin)); r.message() != "You are not authorized to perform the requested action: identity:validate_token." {
		t.Error(r.message())
	}
	if r := c.want(404, show(admin)); r.message() != "No token in the request" {
		t.Error(r.message())
	}
	if r := c.want(404, show(demo, "X-Subject-Token: bogus")); r.message() != "Could not recognize Fernet token" {
		t.Error(r.message())
	}
	if r := c.do("HEAD", "/v3/auth/tokens", "", admin, "X-Subject-Token: "+demo); r.StatusCode != 200 || r.body != "" {
		t.Errorf("HEAD: %d %q", r.StatusCode, r.body)
	}
	c.want(401, c.do("GET", "/v3/auth/tokens", "", "X-Subject-Token: "+demo))

	c.advance(time.Hour)
	admin = c.admin()
	if r := c.want(404, show(admin, "X-Subject-Token: "+demo)); r.message() != "Failed to validate token" {
		t.Error(r.message())
	}
	c.want(200, c.do("GET", "/v3/auth/tokens?allow_expired=1", "", admin, "X-Subject-Token: "+demo))
	c.advance(48 * time.Hour)
	c.want(404, c.do("GET", "/v3/auth/tokens?allow_expired=1", "", c.admin(), "X-Subject-Token: "+demo))
}

// TestForeignTokens presents tokens of a cloud with another key, and damaged ones.
func TestForeignTokens(t *testing.T) {
	c := start(t, keystone.Config{})
	shared := keystone.Config{TokenKeys: []keystone.TokenKeyConfig{{Key: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}}}
	token := c.demo()
	if start(t, shared).authenticates(token) {
		t.Error("a token is good in a cloud with another key")
	}
	for i := range token {
		damaged := []byte(token)
		damaged[i] ^= 1
		if i < len(token)-1 && c.authenticates(string(damaged)) { // the last character has spare bits
			t.Errorf("a token with character %d changed is good", i)
		}
	}
	for _, s := range []string{token + "=", token + "A", token[:len(token)-4], " " + token, token + "==!!"} {
		if c.authenticates(s) {
			t.Errorf("%q is good", s)
		}
	}
	ids := func(cfg keystone.Config) keystone.Config { // equal ids make the clouds' users the same
		cfg.Users = []keystone.UserConfig{{ID: "u1", Name: "demo", Password: "secret", Roles: []keystone.GrantConfig{{Role: "member", Project: "demo"}}}}
		cfg.Projects = []keystone.ProjectConfig{{ID: "p1", Name: "demo"}}
		return cfg
	}
	if one, two := start(t, ids(shared)), start(t, ids(shared)); !two.authenticates(one.demo()) {
		t.Error("two clouds with one key do not accept each other's tokens")
	}
}

// TestRevocationsAreForgotten once no token that they concern can be asked about.
func TestRevocationsAreForgotten(t *testing.T) {
	c := start(t, keystone.Config{})
	for range 3 {
		token := c.demo()
		c.want(204, c.do("DELETE", "/v3/auth/tokens", "", token, "X-Subject-Token: "+token))
	}
	if n := c.Revocations(); n != 3 {
		t.Fatalf("%d revocations", n)
	}
	c.advance(50 * time.Hour)
	token := c.demo()
	c.want(204, c.do("DELETE", "/v3/auth/tokens", "", token, "X-Subject-Token: "+token))
	if n := c.Revocations(); n != 1 {
		t.Errorf("%d revocations are remembered", n)
	}
}

// TestAuthenticateWhileThingsChange is for the race detector, and wants every answer to be one of the two right ones.
func TestAuthenticateWhileThingsChange(t *testing.T) {
	c := start(t, keystone.Config{})
	token, user := c.demo(), c.id("users", "demo")
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if id, err := c.Authenticate(t.Context(), token); err == nil && !id.Has("member") {
					t.Error("a token without its roles")
				}
			}
		})
	}
	for i := range 200 {
		c.ChangeUser(user, func(u *keystone.User) { u.Enabled = i%2 == 1 })
		if good := c.authenticates(token); good != (i%2 == 1) {
			t.Errorf("change %d: good is %v", i, good)
		}
	}
	close(done)
	readers.Wait()
}

// The contract says who may end a user's tokens; a real Identity service of Zed has a page that says there is nothing.
func TestAllTokensOfAUserEnd(t *testing.T) {
	c := start(t, keystone.Config{})
	demo, other, admin := c.demo(), c.login("alt_demo", inProject("alt_demo")), c.admin()
	id := c.id("users", "demo")
	c.want(403, c.do("DELETE", "/v3/users/"+id+"/tokens", "", other))
	c.want(401, c.do("DELETE", "/v3/users/"+id+"/tokens", ""))
	c.want(404, c.do("DELETE", "/v3/users/nope/tokens", "", admin))
	c.want(204, c.do("DELETE", "/v3/users/"+id+"/tokens", "", demo))
	c.want(401, c.get("/v3/auth/projects", demo))
	demo = c.demo()
	c.want(200, c.get("/v3/auth/projects", demo))
	c.want(204, c.do("DELETE", "/v3/users/"+id+"/tokens", "", admin))
	c.want(401, c.get("/v3/auth/projects", demo))
	c.want(200, c.get("/v3/auth/projects", other))

	zed := startAs(t, release.Zed, keystone.Config{})
	if r := zed.want(404, zed.do("DELETE", "/v3/users/"+id+"/tokens", "", zed.admin())); !strings.HasPrefix(r.body, "<!doctype html>") {
		t.Error(r.body)
	}
}

// What a token names can be gone; then Identity says so, to whoever presents it (observed on release Zed; auth_context.py,
// fetch_token). Other services only hear that it is worthless.
func TestTokenOfWhatIsGone(t *testing.T) {
	for name, tc := range map[string]struct {
		end  func(c *cloud)
		want int
	}{
		"project disabled": {func(c *cloud) {
			c.ChangeProject(c.id("projects", "demo"), func(p *keystone.Project) { p.Enabled = false })
		}, 404},
		"user deleted":  {func(c *cloud) { c.want(204, c.do("DELETE", "/v3/users/"+c.id("users", "demo"), "", c.admin())) }, 404},
		"user disabled": {func(c *cloud) { c.ChangeUser(c.id("users", "demo"), func(u *keystone.User) { u.Enabled = false }) }, 401},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, keystone.Config{})
			token := c.demo()
			c.want(200, c.get("/v3/auth/projects", token))
			tc.end(c)
			c.want(tc.want, c.get("/v3/auth/projects", token))
		})
	}
	c := start(t, keystone.Config{})
	c.want(401, c.get("/v3/auth/projects", "garbage"))
}
