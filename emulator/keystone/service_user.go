package keystone

import (
	"fmt"
	"slices"
	"time"
)

// The project that users of services have their roles on, and those roles, as devstack has it.
const serviceProject = "service"

func serviceRoles() []string { return []string{"admin", "service"} }

// WithServiceUser is the configuration with a user for one of the cloud's services to work as, and with the project and
// the roles that it needs. A user of that name is left as it is, and so is a configuration without a domain Default.
func (c Config) WithServiceUser(name string) Config {
	d := DefaultConfig()
	if len(c.Domains) > 0 && !slices.ContainsFunc(c.Domains, func(have DomainConfig) bool { return have.Name == defaultDomain }) {
		return c
	}
	if len(c.Users) == 0 {
		c.Users = d.Users
	}
	if slices.ContainsFunc(c.Users, func(have UserConfig) bool { return have.Name == name && inDefaultDomain(have.Domain) }) {
		return c
	}
	if len(c.Projects) == 0 {
		c.Projects = d.Projects
	}
	if !slices.ContainsFunc(c.Projects, func(have ProjectConfig) bool {
		return have.Name == serviceProject && inDefaultDomain(have.Domain)
	}) {
		c.Projects = append(slices.Clone(c.Projects), ProjectConfig{Name: serviceProject})
	}
	user := UserConfig{Name: name, Password: "secret"}
	for _, role := range serviceRoles() {
		if len(c.Roles) > 0 && !slices.ContainsFunc(c.Roles, func(have RoleConfig) bool { return have.Name == role }) {
			c.Roles = append(slices.Clone(c.Roles), RoleConfig{Name: role})
		}
		user.Roles = append(user.Roles, GrantConfig{Role: role, Project: serviceProject})
	}
	c.Users = append(slices.Clone(c.Users), user)
	return c
}

func inDefaultDomain(domain string) bool { return domain == "" || domain == defaultDomain }

// ServiceToken makes a token for one of the cloud's services, which works as the user of that name of domain Default, on the
// project service. It fails where there is no such user, or none with a role there.
func (s *Service) ServiceToken(name string) (string, error) {
	r, now := s.db.View(), s.clock.Now()
	domain, _ := s.projectNamed(r, "", defaultDomain)
	user, known := s.userNamed(r, domain.ID, name)
	project, there := s.projectNamed(r, domain.ID, serviceProject)
	if !known || !there {
		return "", fmt.Errorf("there is no user %s of a service, or no project %s", name, serviceProject)
	}
	id, err := s.issue(now, r, token{
		Methods: byPassword, UserID: user.ID, Scope: target{Kind: onProject, ID: project.ID},
		ExpiresAt: now.Add(tokenLife).Truncate(time.Second),
	})
	if err != nil {
		return "", err
	}
	return id.Token, nil
}
