package keystone_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/keystone"
)

// names lists the names in a collection, sorted.
func (r reply) names(collection string) []string {
	var names []string
	for i := 0; r.at(collection, i) != nil; i++ {
		names = append(names, fmt.Sprint(r.at(collection, i, "name")))
	}
	slices.Sort(names)
	return names
}

func TestFilters(t *testing.T) {
	c := start(t, keystone.Config{
		Projects: []keystone.ProjectConfig{
			{Name: "admin"},
			{Name: "Demo", Tags: []string{"a", "b"}},
			{Name: "alt_demo", Tags: []string{"a"}},
			{Name: "off", Disabled: true},
			{Name: "child", Parent: "Demo"},
		},
		Users: []keystone.UserConfig{{Name: "admin", Password: "secret", Roles: []keystone.GrantConfig{{Role: "admin", Project: "admin"}}}},
	})
	admin := c.admin()
	for query, want := range map[string]string{
		"":                                      "Demo admin alt_demo child off",
		"name=Demo":                             "Demo",
		"name=demo":                             "",
		"name__contains=emo":                    "Demo alt_demo",
		"name__icontains=DEMO":                  "Demo alt_demo",
		"name__startswith=a":                    "admin alt_demo",
		"name__iendswith=MO":                    "Demo alt_demo",
		"name__likes=a":                         "Demo admin alt_demo child off",
		"enabled=False":                         "off",
		"enabled=0":                             "off",
		"enabled":                               "Demo admin alt_demo child",
		"is_domain=1":                           "Default",
		"domain_id=nope":                        "",
		"parent_id=" + c.id("projects", "Demo"): "child",
		"tags=a,b":                              "Demo",
		"tags-any=b,c":                          "Demo",
		"not-tags=a,b":                          "admin alt_demo child off",
		"not-tags-any=b":                        "admin alt_demo child off",
		"whatever=x":                            "Demo admin alt_demo child off",
	} {
		r := c.want(200, c.get("/v3/projects?"+query, admin))
		if got := strings.Join(r.names("projects"), " "); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	for query, message := range map[string]string{
		"parent_id=default": "Invalid input for field/attribute parent_id. Value: default. 'default' is not a 'uuid'",
		"enabled=maybe":     "'maybe' is not one of ",
		"name=":             "Invalid input for field/attribute name. Value: . '' ",
		"limit=x":           "Invalid input for field/attribute limit.",
	} {
		if r := c.want(400, c.get("/v3/projects?"+query, admin)); !strings.Contains(r.message(), message) {
			t.Errorf("%s: %q, want %q", query, r.message(), message)
		}
	}
}

func TestPages(t *testing.T) {
	c := start(t, keystone.Config{})
	admin := c.admin()
	var seen []string
	next := "/v3/users?limit=2&enabled=true"
	for range 10 {
		r := c.want(200, c.get(next, admin))
		page := r.names("users")
		if len(page) > 2 {
			t.Fatalf("a page of %d", len(page))
		}
		seen = append(seen, page...)
		link, ok := r.at("links", "next").(string)
		if ok != (len(page) == 2) || ok != (r.at("truncated") == true) {
			t.Fatalf("after %v: %s", page, r.body)
		}
		if !ok {
			break
		}
		next = strings.TrimPrefix(link, "http://cloud.test/identity")
	}
	slices.Sort(seen)
	if got := strings.Join(seen, " "); got != "admin alt_demo cinder demo glance" {
		t.Errorf("seen %s", got)
	}
	if r := c.want(404, c.get("/v3/users?marker=nope", admin)); r.message() != "Marker nope could not be found." {
		t.Error(r.message())
	}
	old := startAs(t, release.Zed, keystone.Config{})
	if r := old.want(200, old.get("/v3/users?limit=1&marker=x&enabled=bla", old.admin())); len(r.names("users")) != 5 {
		t.Errorf("Zed knows pages: %s", r.body)
	}
}

func TestHierarchy(t *testing.T) {
	c := start(t, keystone.Config{
		Projects: []keystone.ProjectConfig{{ID: "a", Name: "admin"}, {ID: "b", Name: "b", Parent: "admin"}, {ID: "c", Name: "c", Parent: "b"}},
		Users: []keystone.UserConfig{{Name: "admin", Password: "secret", Roles: []keystone.GrantConfig{
			{Role: "admin", Project: "admin"},
			{Role: "admin", Project: "c"},
		}}},
	})
	admin := c.admin()
	r := c.want(200, c.get("/v3/projects/c?parents_as_ids&subtree_as_ids", admin))
	if got := fmt.Sprint(r.at("project", "parents")); got != "map[b:map[a:map[default:<nil>]]]" {
		t.Error(got)
	}
	if !strings.Contains(r.body, `"subtree":null`) {
		t.Error(r.body)
	}
	r = c.want(200, c.get("/v3/projects/a?parents_as_list&subtree_as_list", admin)) // only what the caller has a role on
	if !strings.Contains(r.body, `"parents":[]`) || r.at("project", "subtree", 0, "project", "id") != "c" || r.at("project", "subtree", 1) != nil {
		t.Error(r.body)
	}
	if r := c.want(400, c.get("/v3/projects/a?parents_as_list&parents_as_ids", admin)); r.message() !=
		"Cannot use parents_as_list and parents_as_ids query params at the same time." {
		t.Error(r.message())
	}
	if r := c.want(200, c.get("/v3/projects/a?parents_as_list=0", admin)); strings.Contains(r.body, "parents") {
		t.Error(r.body)
	}
}

func TestRoleAssignments(t *testing.T) {
	c := start(t, keystone.Config{
		Projects: []keystone.ProjectConfig{{ID: "admin", Name: "admin"}, {ID: "below", Name: "below", Parent: "admin"}},
		Roles:    []keystone.RoleConfig{{ID: "ra", Name: "admin", Implies: []string{"reader"}}, {ID: "rr", Name: "reader"}},
		Groups:   []keystone.GroupConfig{{ID: "g", Name: "g", Roles: []keystone.GrantConfig{{Role: "reader", Project: "admin", Inherited: true}}}},
		Users: []keystone.UserConfig{{
			ID: "u", Name: "admin", Password: "secret", Groups: []string{"g"},
			Roles: []keystone.GrantConfig{{Role: "admin", Project: "admin"}, {Role: "admin", System: true}, {Role: "reader", Domain: "Default"}},
		}},
	})
	admin := c.admin()
	links := func(query string) []string {
		t.Helper()
		r := c.want(200, c.get("/v3/role_assignments?"+query, admin))
		var links []string
		for i := 0; r.at("role_assignments", i) != nil; i++ {
			link := r.at("role_assignments", i, "links", "assignment").(string)
			links = append(links, strings.TrimPrefix(link, "http://cloud.test/identity/v3"))
		}
		slices.Sort(links)
		return links
	}
	const (
		direct   = "/projects/admin/users/u/roles/ra"
		onSystem = "/system/users/u/roles/ra"
		onDomain = "/domains/default/users/u/roles/rr"
		heritage = "/OS-INHERIT/projects/admin/groups/g/roles/rr/inherited_to_projects"
	)
	for query, want := range map[string][]string{
		"":                                       {heritage, onDomain, direct, onSystem},
		"user.id=u":                              {onDomain, direct, onSystem},
		"group.id=g":                             {heritage},
		"role.id=rr":                             {heritage, onDomain},
		"scope.system=all":                       {onSystem},
		"scope.domain.id=default":                {onDomain},
		"scope.project.id=admin":                 {heritage, direct},
		"scope.project.id=below":                 nil,
		"scope.OS-INHERIT:inherited_to=projects": {heritage, onSystem},                 // quirk: the system is always there
		"effective":                              {heritage, onDomain, direct, direct}, // the reader that the admin implies shows the admin's
		"effective&role.id=ra":                   {direct},
		"effective&scope.project.id=below":       {heritage},
		"effective&scope.system=all":             {heritage, onDomain, direct, direct}, // quirk: not asked, as for Zed
	} {
		if got := links(query); !slices.Equal(got, want) {
			t.Errorf("%s:\n%v, want\n%v", query, got, want)
		}
	}
	r := c.want(200, c.get("/v3/role_assignments?effective&include_names&scope.project.id=below", admin))
	if r.at("role_assignments", 0, "user", "name") != "admin" || r.at("role_assignments", 0, "scope", "project", "domain", "name") != "Default" ||
		r.at("role_assignments", 0, "links", "membership") != "http://cloud.test/identity/v3/groups/g/users/u" ||
		r.at("role_assignments", 0, "scope", "OS-INHERIT:inherited_to") != "projects" {
		t.Error(r.body)
	}
	for query, status := range map[string]int{
		"scope.domain.id=x&scope.project.id=y": 400, "user.id=x&group.id=y": 400,
		"effective&group.id=g": 400, "include_subtree": 400, "effective&user.id=nope": 404, "effective&scope.project.id=nope": 404,
		"include_subtree&scope.project.id=nope": 404, "include_subtree&scope.project.id=admin": 200,
	} {
		c.want(status, c.get("/v3/role_assignments?"+query, admin))
	}
}
