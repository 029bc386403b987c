package main

import (
	"fmt"
	"strings"

	"github.com/fauxstack/fauxstack/emulator"
)

// access is how clients reach a cloud.
type access struct {
	AuthURL string
	CACert  string // file that clients must trust; "" over plain HTTP
	Users   []emulator.User
}

func (a access) find(name string) (emulator.User, bool) {
	for _, u := range a.Users {
		if u.Name == name {
			return u, true
		}
	}
	return emulator.User{}, false
}

func (a access) names() []string {
	var names []string
	for _, u := range a.Users {
		names = append(names, u.Name)
	}
	return names
}

// admin is the user named admin, or else the first.
func (a access) admin() emulator.User {
	if u, ok := a.find("admin"); ok || len(a.Users) == 0 {
		return u
	}
	return a.Users[0]
}

// openrc is the user's environment as export lines.
func (a access) openrc(u emulator.User) string {
	var b strings.Builder
	for _, v := range [][2]string{
		{"OS_AUTH_URL", a.AuthURL},
		{"OS_IDENTITY_API_VERSION", "3"},
		{"OS_USERNAME", u.Name},
		{"OS_PASSWORD", u.Password},
		{"OS_PROJECT_NAME", u.Project},
		{"OS_USER_DOMAIN_ID", u.DomainID},
		{"OS_PROJECT_DOMAIN_ID", u.DomainID},
		{"OS_REGION_NAME", u.Region},
		{"OS_CACERT", a.CACert},
	} {
		if v[0] == "OS_CACERT" && v[1] == "" {
			continue
		}
		fmt.Fprintf(&b, "export %s=%s\n", v[0], shellQuote(v[1]))
	}
	return b.String()
}

// cloudsYAML has an entry for each user: fauxstack-NAME, and fauxstack for the administrator.
func (a access) cloudsYAML() string {
	var b strings.Builder
	b.WriteString("clouds:\n")
	entry := func(name string, u emulator.User) {
		fmt.Fprintf(&b, "  %s:\n    auth:\n", name)
		for _, v := range [][2]string{
			{"auth_url", a.AuthURL},
			{"username", u.Name},
			{"password", u.Password},
			{"project_name", u.Project},
			{"user_domain_id", u.DomainID},
			{"project_domain_id", u.DomainID},
		} {
			fmt.Fprintf(&b, "      %s: %q\n", v[0], v[1])
		}
		fmt.Fprintf(&b, "    region_name: %q\n    identity_api_version: 3\n    volume_api_version: 3\n", u.Region)
		if a.CACert != "" {
			fmt.Fprintf(&b, "    cacert: %q\n", a.CACert)
		}
	}
	if len(a.Users) > 0 {
		entry("fauxstack", a.admin())
	}
	for _, u := range a.Users {
		entry("fauxstack-"+u.Name, u)
	}
	return b.String()
}

// shellQuote leaves plain words as they are.
func shellQuote(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+,=") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
