//go:build !server

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/fauxstack/fauxstack/conform"
	"github.com/fauxstack/fauxstack/steps"
)

// conformPrefix begins the names of all that conform makes on a cloud.
const conformPrefix = steps.NamePrefix

// conformTarget are the flags that choose a cloud.
type conformTarget struct {
	env          environment
	osCloud      string
	cloudsYAML   string
	people       map[string]string
	createPeople bool
	inProcess    bool
	server       remote // a fauxstack that makes the clouds
	release      string
	configured   []string
}

func (f *conformTarget) checkTarget() error {
	var errs []error
	known := []string{steps.Admin, steps.Member, steps.Foreign}
	for _, person := range slices.Sorted(maps.Keys(f.people)) {
		if !slices.Contains(known, person) {
			errs = append(errs, fmt.Errorf("people %q: want entries for %s", person, strings.Join(known, ", ")))
		}
	}
	if len(f.people) > 0 && f.people[steps.Admin] == "" {
		errs = append(errs, errors.New("people: want an entry for admin, admin=ENTRY"))
	}
	chosen := 0
	for _, one := range []bool{f.inProcess, f.server.control != "", f.osCloud != "" || len(f.people) > 0} {
		if one {
			chosen++
		}
	}
	if f.release != "" && !slices.Contains(steps.Releases(), f.release) {
		errs = append(errs, fmt.Errorf("release %q: want one of %s", f.release, strings.Join(steps.Releases(), ", ")))
	}
	if chosen > 1 {
		errs = append(errs, errors.New("--in-process, --control, and a cloud of clouds.yaml: want one of them"))
	}
	return errors.Join(errs...)
}

// conformOn is a target that has been opened.
type conformOn struct {
	steps.Target
	title string
	cloud *steps.RunningCloud // nil in process
	made  bool                // people were made for the run
}

// open finds the cloud. A look at it makes no people there.
func (f *conformTarget) open(ctx context.Context, look bool) (*conformOn, error) {
	if f.server.control != "" {
		c, err := f.server.connect()
		if err == nil {
			_, err = c.Health(ctx)
		}
		return &conformOn{Target: &steps.Remote{Control: c, Release: f.release}, title: "the fauxstack server at " + f.server.control}, err
	}
	people, title, err := f.logins()
	if err != nil {
		return nil, err
	}
	if people == nil {
		return &conformOn{Target: &steps.Emulator{Release: f.release}, title: "an emulator in this process"}, nil
	}
	on := &conformOn{title: title, cloud: &steps.RunningCloud{People: people, Configured: f.configured, Release: f.release}}
	on.Target = on.cloud
	if len(people) == 3 || look {
		return on, nil
	}
	if !f.createPeople {
		return nil, fmt.Errorf("%s: there is no entry for %s; give --people, or let --create-people make projects and users for the run",
			title, strings.Join(missing(people), " and "))
	}
	on.made = true
	return on, on.cloud.MakePeople(ctx)
}

func missing(people map[string]steps.Login) []string {
	return slices.DeleteFunc([]string{steps.Admin, steps.Member, steps.Foreign}, func(person string) bool {
		_, ok := people[person]
		return ok
	})
}

// logins are those of the people, by flags or by the environment; nil means a cloud in this process.
func (f *conformTarget) logins() (map[string]steps.Login, string, error) {
	osCloud := f.osCloud
	if v, ok := f.env("OS_CLOUD"); ok && osCloud == "" && len(f.people) == 0 {
		osCloud = v
	}
	_, openrc := f.env("OS_AUTH_URL")
	switch {
	case f.inProcess:
		return nil, "", nil
	case len(f.people) > 0:
		people, err := f.entries(f.people)
		return people, "the cloud of " + f.people[steps.Admin], err
	case osCloud != "":
		people, err := f.named(osCloud)
		return people, "the cloud " + osCloud, err
	case openrc:
		login, err := f.openrc()
		return map[string]steps.Login{steps.Admin: login}, "the cloud at " + login.Auth.IdentityEndpoint, err
	default:
		return nil, "", nil
	}
}

func (f *conformTarget) entries(names map[string]string) (map[string]steps.Login, error) {
	people := map[string]steps.Login{}
	var errs []error
	for person, entry := range names {
		login, err := steps.FromCloudsYAML(f.cloudsYAML, entry)
		people[person], errs = login, append(errs, err)
	}
	return people, errors.Join(errs...)
}

// named takes the entries NAME-admin, NAME-demo and NAME-alt_demo, as far as they exist; or NAME alone, for the
// administrator.
func (f *conformTarget) named(name string) (map[string]steps.Login, error) {
	people := map[string]steps.Login{}
	var first error
	for _, person := range []string{steps.Admin, steps.Member, steps.Foreign} {
		login, err := steps.FromCloudsYAML(f.cloudsYAML, steps.CloudEntries(name)[person])
		if err == nil {
			people[person] = login
		} else if first == nil {
			first = err
		}
	}
	if _, ok := people[steps.Admin]; ok {
		return people, nil
	}
	login, err := steps.FromCloudsYAML(f.cloudsYAML, name)
	if err != nil {
		return nil, fmt.Errorf("cloud %q: neither %s-admin nor %s can be read: %w; %w", name, name, name, first, err)
	}
	people[steps.Admin] = login
	return people, nil
}

// openrc reads what OpenStack's clients read of the environment.
func (f *conformTarget) openrc() (steps.Login, error) {
	get := func(names ...string) string {
		for _, name := range names {
			if v, ok := f.env(name); ok && v != "" {
				return v
			}
		}
		return ""
	}
	login := steps.Login{
		Auth: gophercloud.AuthOptions{
			IdentityEndpoint: get("OS_AUTH_URL"), Username: get("OS_USERNAME"), UserID: get("OS_USER_ID"), Password: get("OS_PASSWORD"),
			DomainID: get("OS_USER_DOMAIN_ID", "OS_DOMAIN_ID"), DomainName: get("OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME"),
			ApplicationCredentialID: get("OS_APPLICATION_CREDENTIAL_ID"), ApplicationCredentialSecret: get("OS_APPLICATION_CREDENTIAL_SECRET"),
		},
		Endpoints: gophercloud.EndpointOpts{Region: get("OS_REGION_NAME")},
	}
	if login.Auth.DomainID != "" {
		login.Auth.DomainName = ""
	}
	if login.Auth.ApplicationCredentialID == "" {
		login.Auth.Scope = projectScope(get)
	}
	switch get("OS_INTERFACE", "OS_ENDPOINT_TYPE") {
	case "internal", "internalURL":
		login.Endpoints.Availability = gophercloud.AvailabilityInternal
	case "admin", "adminURL":
		login.Endpoints.Availability = gophercloud.AvailabilityAdmin
	}
	if file := get("OS_CACERT"); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return login, fmt.Errorf("OS_CACERT: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return login, fmt.Errorf("OS_CACERT: %s holds no certificate", file)
		}
		login.TLS = &tls.Config{RootCAs: pool}
	}
	return login, nil
}

func projectScope(get func(...string) string) *gophercloud.AuthScope {
	if id := get("OS_PROJECT_ID", "OS_TENANT_ID"); id != "" {
		return &gophercloud.AuthScope{ProjectID: id}
	}
	scope := &gophercloud.AuthScope{ProjectName: get("OS_PROJECT_NAME", "OS_TENANT_NAME"), DomainID: get("OS_PROJECT_DOMAIN_ID", "OS_USER_DOMAIN_ID")}
	if scope.DomainID == "" {
		scope.DomainName = get("OS_PROJECT_DOMAIN_NAME", "OS_USER_DOMAIN_NAME")
	}
	if scope.ProjectName == "" {
		return nil
	}
	return scope
}

// close ends the use of the cloud. People who were made for a run that did not begin go.
func (on *conformOn) close(ctx, cleanup context.Context) {
	if on.cloud == nil {
		return
	}
	if on.made {
		_, _ = conform.Sweep(ctx, cleanup, on.cloud, on.cloud.Prefix()) // after a run nothing is left, or the run has told of it
	}
	on.cloud.Close()
}

// sweep removes what killed runs left behind, or only lists it.
func (on *conformOn) sweep(ctx, cleanup context.Context, w io.Writer, list bool) error {
	if on.cloud == nil {
		return errors.New("there is nothing to sweep in this process: want --os-cloud, --people, or the OS_* environment")
	}
	found, err := on.cloud.Leftovers(ctx, conformPrefix)
	if err != nil {
		return err
	}
	for _, l := range found {
		fmt.Fprintln(w, l)
	}
	if len(found) == 0 {
		fmt.Fprintf(w, "nothing on %s is left behind by a run\n", on.title)
	}
	if list || len(found) == 0 {
		return nil
	}
	left, err := conform.Sweep(ctx, cleanup, on.cloud, conformPrefix)
	fmt.Fprintf(w, "removed %d of %d\n", len(found)-len(left), len(found))
	return err
}
