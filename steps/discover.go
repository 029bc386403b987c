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

// Traits are what a cloud's APIs tell of it.
type Traits struct {
	AuthURL       string
	BlockStorage  string // newest microversion, such as "3.71"
	Image         string // newest version, such as "2.17"
	Release       string // "zed" and so on, as far as the versions tell it
	Stores        []Store
	SingleStore   bool // Glance is configured without named stores
	ImportMethods []string
	Backends      []string
	VolumeTypes   []string
	Roles         map[string][]string       // person -> names
	Projects      map[string]tokens.Project // by person
	Room          int                       // for volumes in the member's project; -1 without a limit
	Configured    []string                  // what of the tags @config:... the APIs tell
}

// Store is a Glance store.
type Store struct {
	ID                string
	Default, ReadOnly bool
	Weight            int
}

// Marks are what is special about a store, in words.
func (s Store) Marks() string {
	var list []string
	if s.Default {
		list = append(list, "default")
	}
	if s.ReadOnly {
		list = append(list, "read-only")
	}
	return strings.Join(list, ", ")
}

func (t Traits) ceilings() ceilings { return ceilings{t.BlockStorage, t.Image, t.Release} }

// discover asks a cloud what it has. Its error is about a cloud on which no scenario could say anything.
func (t *RunningCloud) discover(ctx context.Context) (*Traits, error) {
	admin, err := t.Client(ctx, Admin)
	if err != nil {
		return nil, err
	}
	opts := t.People[Admin].Endpoints
	top, err := discover(ctx, admin, opts)
	if err != nil {
		return nil, err
	}
	traits := &Traits{
		AuthURL: t.People[Admin].Auth.IdentityEndpoint, BlockStorage: top.volume, Image: top.image, Release: top.release,
		Roles: map[string][]string{}, Projects: map[string]tokens.Project{},
	}
	if t.Release != "" {
		if !slices.Contains(releases, t.Release) {
			return nil, fmt.Errorf("release %q: want one of %s", t.Release, strings.Join(releases, ", "))
		}
		traits.Release = t.Release
	}
	return traits, errors.Join(t.learnPeople(ctx, traits), t.learnRoom(ctx, traits), traits.learnGlance(ctx, admin, opts), traits.learnCinder(ctx, admin, opts), traits.learnNova(admin, opts))
}

// learnPeople reads who the people are, and refuses those who are not who they should be.
func (t *RunningCloud) learnPeople(ctx context.Context, traits *Traits) error {
	var errs []error
	for person := range t.People {
		c, err := t.Client(ctx, person)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		result, ok := c.GetAuthResult().(tokens.CreateResult)
		if !ok {
			continue
		}
		roles, err := result.ExtractRoles()
		errs = append(errs, err)
		for _, role := range roles {
			traits.Roles[person] = append(traits.Roles[person], role.Name)
		}
		if project, err := projectOf(c); err == nil && project != nil {
			traits.Projects[person] = *project
		} else {
			errs = append(errs, fmt.Errorf("%s logs in without a project: want one in its entry", person))
		}
		isAdmin := slices.Contains(traits.Roles[person], "admin")
		switch {
		case person == Admin && !isAdmin:
			errs = append(errs, fmt.Errorf("%s has the roles %v: want admin, for scenarios make volume types", person, traits.Roles[person]))
		case person != Admin && isAdmin:
			errs = append(errs, fmt.Errorf("%s has the role admin: want a plain member, for scenarios see that a member is refused", person))
		}
	}
	if a := traits.Projects[Member].Name; a != "" && traits.Projects[Member].ID == traits.Projects[Foreign].ID {
		errs = append(errs, fmt.Errorf("%s and %s share the project %s: want two, for scenarios see that a stranger is kept out", Member, Foreign, a))
	}
	return errors.Join(errs...)
}

// learnRoom reads how many volumes may still be made in the project of the member.
func (t *RunningCloud) learnRoom(ctx context.Context, traits *Traits) error {
	traits.Room = -1
	if _, ok := t.People[Member]; !ok {
		return nil
	}
	p, err := t.Client(ctx, Member)
	if err != nil {
		return nil // learnPeople has told of it
	}
	c, err := openstack.NewBlockStorageV3(p, t.People[Member].Endpoints)
	if err != nil {
		return err
	}
	var body struct {
		Limits struct {
			Absolute struct{ MaxTotalVolumes, TotalVolumesUsed, MaxTotalVolumeGigabytes, TotalGigabytesUsed int }
		}
	}
	if _, err := c.Get(ctx, c.ServiceURL("limits"), &body, nil); err != nil {
		return err
	}
	l := body.Limits.Absolute
	for _, limit := range [][2]int{{l.MaxTotalVolumes, l.TotalVolumesUsed}, {l.MaxTotalVolumeGigabytes, l.TotalGigabytesUsed}} {
		if room := max(0, limit[0]-limit[1]); limit[0] >= 0 && (traits.Room < 0 || room < traits.Room) {
			traits.Room = room
		}
	}
	return nil
}

// projectOf is what a client's token is for; nil without one.
func projectOf(c *gophercloud.ProviderClient) (*tokens.Project, error) {
	result, ok := c.GetAuthResult().(tokens.CreateResult)
	if !ok {
		return nil, nil
	}
	return result.ExtractProject()
}

func (t *Traits) learnGlance(ctx context.Context, admin *gophercloud.ProviderClient, opts gophercloud.EndpointOpts) error {
	c, err := openstack.NewImageV2(admin, opts)
	if err != nil {
		return err
	}
	var methods struct {
		ImportMethods struct{ Value []string } `json:"import-methods"`
	}
	if _, err := c.Get(ctx, c.ServiceURL("info", "import"), &methods, nil); err != nil && !gone(err) {
		return err
	}
	t.ImportMethods = methods.ImportMethods.Value
	var body struct{ Stores []store }
	_, err = c.Get(ctx, c.ServiceURL("info", "stores", "detail"), &body, nil)
	if err != nil { // before the policy of details
		_, err = c.Get(ctx, c.ServiceURL("info", "stores"), &body, nil)
	}
	if gone(err) {
		t.SingleStore, t.Configured = true, append(t.Configured, "single_store")
		return nil
	}
	for _, s := range body.Stores {
		weight, _ := s["weight"].(float64)
		t.Stores = append(t.Stores, Store{fmt.Sprint(s["id"]), s["default"] == "true", s["read-only"] == "true", int(weight)})
	}
	return err
}

func (t *Traits) learnCinder(ctx context.Context, admin *gophercloud.ProviderClient, opts gophercloud.EndpointOpts) error {
	c, err := openstack.NewBlockStorageV3(admin, opts)
	if err != nil {
		return err
	}
	var pools struct{ Pools []struct{ Name string } }
	if _, err := c.Get(ctx, c.ServiceURL("scheduler-stats", "get_pools"), &pools, nil); err == nil { // told or not, it changes nothing
		for _, p := range pools.Pools {
			t.Backends = append(t.Backends, p.Name)
		}
	}
	var types struct {
		VolumeTypes []struct{ Name string } `json:"volume_types"`
	}
	_, err = c.Get(ctx, c.ServiceURL("types")+"?is_public=None", &types, nil)
	for _, v := range types.VolumeTypes {
		if !strings.HasPrefix(v.Name, NamePrefix) {
			t.VolumeTypes = append(t.VolumeTypes, v.Name)
		}
	}
	return err
}

// learnNova tells whether there is any: the catalog says so.
func (t *Traits) learnNova(admin *gophercloud.ProviderClient, opts gophercloud.EndpointOpts) error {
	_, err := openstack.NewComputeV2(admin, opts)
	if missing := new(gophercloud.ErrEndpointNotFound); errors.As(err, &missing) {
		return nil
	}
	if err == nil {
		t.Configured = append(t.Configured, "compute")
	}
	return err
}

// discover reads the newest API versions from the version documents of Cinder and Glance. They tell the release only
// roughly: it is taken for the newest one, or, where the microversions end before 3.71, for Zed.
func discover(ctx context.Context, client *gophercloud.ProviderClient, opts gophercloud.EndpointOpts) (ceilings, error) {
	volume, err := openstack.NewBlockStorageV3(client, opts)
	if err != nil {
		return ceilings{}, err
	}
	image, err := openstack.NewImageV2(client, opts)
	if err != nil {
		return ceilings{}, err
	}
	var top ceilings
	v, err := versions(ctx, volume, upTo(volume.Endpoint, "/v3"))
	if err != nil {
		return ceilings{}, err
	}
	for _, version := range v {
		if newer(version.Version, top.volume) {
			top.volume = version.Version
		}
	}
	if v, err = versions(ctx, image, upTo(image.Endpoint, "/v2")+"versions"); err != nil {
		return ceilings{}, err
	}
	for _, version := range v {
		if newer(version.ID, top.image) {
			top.image = strings.TrimPrefix(version.ID, "v")
		}
	}
	top.release = releases[len(releases)-1]
	if newer("3.71", top.volume) {
		top.release = releases[0]
	}
	return top, nil
}

// upTo cuts an endpoint before its version: where the version document is.
func upTo(endpoint, version string) string {
	root, _, _ := strings.Cut(endpoint, version)
	return strings.TrimSuffix(root, "/") + "/"
}

type version struct {
	ID, Version, Status string
}

// versions reads a version document. Services answer it with 300 at their root.
func versions(ctx context.Context, c *gophercloud.ServiceClient, url string) ([]version, error) {
	var doc struct{ Versions []version }
	_, err := c.Get(ctx, url, &doc, accepted(http.StatusOK, http.StatusMultipleChoices))
	if err != nil {
		return nil, fmt.Errorf("version document: %w", err)
	}
	return doc.Versions, nil
}
