package policymatrix

import (
	"fmt"
	"net/http"
	"os"
	"strings"
)

// open makes the domain, the projects and the people that ask.
func open(client *http.Client, identity, password string, things map[string]thing) (*cloud, error) {
	c := &cloud{
		client: client, identity: identity, things: things, base: map[string]string{"keystone": strings.TrimSuffix(identity, "/v3")},
		tokens: map[string]string{}, projects: map[string]string{}, users: map[string]string{}, fixed: map[string]string{},
	}
	const admin = `"name": "admin", "domain": {"id": "default"}`
	token, err := c.login(admin, password, `{"project": {"name": "admin", "domain": {"id": "default"}}}`)
	if err != nil {
		return nil, err
	}
	c.tokens["setup"] = token
	if err := c.services(); err != nil {
		return nil, err
	}
	return c, c.people(password)
}

// services reads where Glance and Cinder are off the catalog.
func (c *cloud) services() error {
	out, err := c.do("GET", c.identity+"/auth/catalog", "")
	if err != nil {
		return err
	}
	catalog, _ := out["catalog"].([]any)
	for _, entry := range catalog {
		url := at(entry.(map[string]any)["endpoints"], "url")
		switch at(entry, "type") {
		case "image":
			c.base["glance"] = strings.TrimSuffix(url, "/")
		case "volumev3", "block-storage":
			before, _, _ := strings.Cut(url, "/v3")
			c.base["cinder"] = before
		}
	}
	return nil
}

func (c *cloud) people(password string) error {
	c.count = 0
	create := func(kind, body string) string {
		if out, err := c.do("POST", c.identity+"/"+kind+"s", fmt.Sprintf(`{%q: {%s}}`, kind, body)); err == nil {
			return at(out, kind+".id")
		}
		return ""
	}
	domain := create("domain", fmt.Sprintf(`"name": "policy-matrix-%d"`, os.Getpid()))
	if domain == "" {
		return fmt.Errorf("the domain cannot be made")
	}
	c.fixed["domain_id"] = domain
	roles := map[string]string{}
	for _, name := range []string{"reader", "member", "manager", "admin", "service"} {
		if out, err := c.do("GET", c.identity+"/roles?name="+name, ""); err == nil {
			roles[name] = at(out, "roles.id")
		}
		if roles[name] == "" {
			roles[name] = create("role", fmt.Sprintf(`"name": %q`, name))
			c.made = append(c.made, c.identity+"/roles/"+roles[name])
		}
	}
	in := func(name string) string {
		return create("project", fmt.Sprintf(`"name": %q, "domain_id": %q`, name, domain))
	}
	home, other, services := in("home"), in("other"), in("services")
	for _, project := range []string{home, other, services} {
		if err := c.unlimited(project); err != nil {
			return err
		}
	}
	c.fixed["home"], c.fixed["other"] = home, other
	c.fixed["member_role"], c.fixed["admin_role"] = roles["member"], roles["admin"]
	for _, who := range []struct{ actor, role, project string }{
		{"other", "member", other},
		{"reader", "reader", home},
		{"member", "member", home},
		{"manager", "manager", home},
		{"admin", "admin", home},
		{"revoked", "member", home},
		{"service", "service", services},
		{"domain-admin", "admin", ""},
		{"system-admin", "admin", ""},
	} {
		user := create("user", fmt.Sprintf(`"name": %q, "domain_id": %q, "password": "secret1"`, who.actor, domain))
		scope := fmt.Sprintf(`{"project": {"id": %q}}`, who.project)
		on := "/projects/" + who.project
		switch who.actor {
		case "domain-admin":
			scope, on = fmt.Sprintf(`{"domain": {"id": %q}}`, domain), "/domains/"+domain
		case "system-admin":
			scope, on = `{"system": {"all": true}}`, "/system"
		}
		held := []string{who.role}
		switch who.role { // a cloud need not imply them
		case "member":
			held = append(held, "reader")
		case "manager":
			held = append(held, "member", "reader")
		case "admin":
			held = append(held, "member", "reader")
		}
		for _, role := range held {
			if _, err := c.do("PUT", c.identity+on+"/users/"+user+"/roles/"+roles[role], ""); err != nil {
				return err
			}
		}
		token, err := c.login(fmt.Sprintf(`"id": %q`, user), "secret1", scope)
		if err != nil {
			return err
		}
		c.tokens[who.actor], c.users[who.actor], c.projects[who.actor] = token, user, who.project
	}
	for _, actor := range []string{"none", "domain-admin", "system-admin"} {
		c.projects[actor] = home
	}
	out, err := c.do("GET", c.identity+"/users?name=admin&domain_id=default", "")
	if err != nil {
		return err
	}
	c.fixed["setup"] = at(out, "users.id")
	if out, err = c.do("GET", c.identity+"/projects?name=admin&domain_id=default", ""); err != nil {
		return err
	}
	c.fixed["setup_project"] = at(out, "projects.id")
	_, _, _, err = c.send("DELETE", c.identity+"/auth/tokens", c.tokens["revoked"], c.tokens["revoked"], "")
	return err
}

// unlimited lifts a project's quotas: what has been made lies there until all is done.
func (c *cloud) unlimited(project string) error {
	const body = `{"quota_set": {"volumes": -1, "snapshots": -1, "gigabytes": -1, "backups": -1, "backup_gigabytes": -1, "groups": -1}}`
	out, err := c.do("GET", c.identity+"/projects?name=admin&domain_id=default", "")
	if err != nil || c.base["cinder"] == "" {
		return err
	}
	_, err = c.do("PUT", c.base["cinder"]+"/v3/"+at(out, "projects.id")+"/os-quota-sets/"+project, body)
	return err
}
