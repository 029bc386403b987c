package steps

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/projects"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/roles"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/users"
)

// MakePeople makes those of demo and alt_demo whom the target does not know: a project and a user with the role member
// each, in the domain of the administrator's project, under names of this run, by which Leftovers finds them. It must be done
// before the first scenario.
func (t *RunningCloud) MakePeople(ctx context.Context) error {
	for _, person := range []string{Member, Foreign} {
		if _, ok := t.People[person]; ok {
			continue
		}
		login, err := t.makePerson(ctx, t.Prefix()+person)
		if err != nil {
			return fmt.Errorf("making a project and a user for %s: %w", person, err)
		}
		t.People[person] = login
	}
	return nil
}

func (t *RunningCloud) makePerson(ctx context.Context, name string) (Login, error) {
	admin, err := t.Client(ctx, Admin)
	if err != nil {
		return Login{}, err
	}
	as := t.People[Admin]
	c, err := openstack.NewIdentityV3(admin, as.Endpoints)
	if err != nil {
		return Login{}, err
	}
	role, err := memberRole(ctx, c)
	if err != nil {
		return Login{}, err
	}
	domain := t.domain(admin)
	const purpose = "made by fauxstack conform, which removes it"
	project, err := projects.Create(ctx, c, projects.CreateOpts{Name: name, DomainID: domain, Description: purpose}).Extract()
	if err != nil {
		return Login{}, err
	}
	password := rand.Text()
	user, err := users.Create(ctx, c, users.CreateOpts{
		Name: name, DomainID: domain, Description: purpose, Password: password, // no default project: a token may be for none
	}).Extract()
	if err != nil {
		return Login{}, err
	}
	if err := roles.Assign(ctx, c, role, roles.AssignOpts{UserID: user.ID, ProjectID: project.ID}).ExtractErr(); err != nil {
		return Login{}, err
	}
	as.Auth = gophercloud.AuthOptions{
		IdentityEndpoint: as.Auth.IdentityEndpoint, Username: name, DomainID: domain, Password: password,
		Scope: &gophercloud.AuthScope{ProjectName: name, DomainID: domain},
	}
	return as, nil
}

// domain is that of the administrator's project.
func (t *RunningCloud) domain(admin *gophercloud.ProviderClient) string {
	if project, err := projectOf(admin); err == nil && project != nil && project.Domain.ID != "" {
		return project.Domain.ID
	}
	return "default"
}

func memberRole(ctx context.Context, c *gophercloud.ServiceClient) (string, error) {
	pages, err := roles.List(c, roles.ListOpts{Name: "member"}).AllPages(ctx)
	if err != nil {
		return "", err
	}
	list, err := roles.ExtractRoles(pages)
	if err == nil && len(list) == 0 {
		err = errors.New("the cloud has no role member")
	}
	if err != nil {
		return "", err
	}
	return list[0].ID, nil
}
