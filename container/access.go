package container

import (
	"context"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/gophercloud/gophercloud/v2"

	"github.com/fauxstack/fauxstack/control/client"
)

// first is the name of the cloud that a server begins with.
const first = "default"

// AuthOptions are what a user of the cloud logs in with, on the project of its name: gophercloud's, for
// openstack.AuthenticatedClient.
func (c *Container) AuthOptions(ctx context.Context, user string) (gophercloud.AuthOptions, error) {
	users, err := c.users(ctx)
	if err != nil {
		return gophercloud.AuthOptions{}, err
	}
	var names []string
	for _, u := range users {
		if u.Name == user {
			return gophercloud.AuthOptions{
				IdentityEndpoint: u.AuthURL, Username: u.Name, Password: u.Password, DomainID: u.DomainID,
				Scope: &gophercloud.AuthScope{ProjectName: u.Project, DomainID: u.DomainID},
			}, nil
		}
		names = append(names, u.Name)
	}
	return gophercloud.AuthOptions{}, fmt.Errorf("the cloud has no user %q: want one of %s", user, strings.Join(names, ", "))
}

// CloudsYAML is a clouds.yaml as this machine's clients need it, with an entry for each user: fauxstack-NAME, and
// fauxstack for the administrator.
func (c *Container) CloudsYAML(ctx context.Context) ([]byte, error) {
	users, err := c.users(ctx)
	if err != nil {
		return nil, err
	}
	clouds := map[string]any{}
	for _, u := range users {
		clouds["fauxstack-"+u.Name] = entry(u)
		if u.Name == "admin" {
			clouds["fauxstack"] = entry(u)
		}
	}
	return yaml.Marshal(map[string]any{"clouds": clouds})
}

func entry(u client.User) any {
	return map[string]any{
		"auth": map[string]string{
			"auth_url": u.AuthURL, "username": u.Name, "password": u.Password, "project_name": u.Project,
			"user_domain_id": u.DomainID, "project_domain_id": u.DomainID,
		},
		"region_name": u.Region, "identity_api_version": 3, "volume_api_version": 3,
	}
}

func (c *Container) users(ctx context.Context) ([]client.User, error) {
	control, err := c.Control(ctx)
	if err != nil {
		return nil, err
	}
	return control.Users(ctx, first)
}
