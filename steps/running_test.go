package steps_test

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/features"
	"github.com/fauxstack/fauxstack/steps"
)

// running starts an emulator and reaches it as a cloud that somebody else runs.
func running(t *testing.T, opts ...emulator.Option) *steps.RunningCloud {
	t.Helper()
	emu, err := emulator.New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	cloud := &steps.RunningCloud{People: map[string]steps.Login{}}
	for _, u := range emu.Users() {
		cloud.People[u.Name] = steps.Login{
			Auth: gophercloud.AuthOptions{
				IdentityEndpoint: emu.AuthURL(), Username: u.Name, Password: u.Password, DomainID: u.DomainID,
				Scope: &gophercloud.AuthScope{ProjectName: u.Project, DomainID: u.DomainID},
			},
			Endpoints: gophercloud.EndpointOpts{Region: u.Region},
		}
	}
	t.Cleanup(func() {
		cloud.Close()
		if err := emu.Close(); err != nil {
			t.Error(err)
		}
	})
	return cloud
}

// The stores of a cloud play the parts of those that the scenarios name, and nothing is left when they have ended.
func TestScenariosOnARunningCloud(t *testing.T) {
	cloud := running(t, emulator.WithGlanceStores("ceph", "swift", "disk"))
	var files fstest.MapFS = map[string]*fstest.MapFile{"own.feature": {Data: []byte(`Feature: f
  Background:
    Given Glance has the stores:
      | fast     | default |
      | cheap    |         |
      | reliable |         |

  Scenario: to a store of its type
    Given a volume type "gold" for images in the store "cheap"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden" with:
      | container_format | bare |
    And the upload ends
    Then the image "golden" is "active" in the store "cheap"

  Scenario: by default
    Given an active image "golden" with the data "hello"
    Then the image "golden" is in the stores "fast"
    When I get a token
    Then the token is for the project "demo"

  Scenario: by what the request says
    Given an image "golden"
    When I send the data "hello" to the image "golden" in the store "reliable"
    Then the image "golden" is "active" in the store "reliable"

  @control
  Scenario: not here
    When the store "cheap" is full

  @only-stores
  Scenario: all of them
    Given an image "golden"
`)}}
	report, err := steps.Run(t.Context(), steps.Options{Target: cloud, Features: files, Output: io.Discard, Concurrency: 2})
	if err != nil || report.Passed != 4 || report.Skipped["needs control over the cloud"] != 1 {
		t.Errorf("%v\n%s", err, report)
	}
	left, err := cloud.Leftovers(t.Context(), steps.NamePrefix)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	traits, err := cloud.Traits(t.Context())
	if err != nil || len(traits.Stores) != 3 || !traits.Stores[0].Default || traits.BlockStorage != "3.71" || traits.Room != 10 ||
		!slices.Equal(traits.VolumeTypes, slices.DeleteFunc(slices.Clone(traits.VolumeTypes), func(s string) bool { return strings.HasPrefix(s, steps.NamePrefix) })) {
		t.Errorf("%+v, %v", traits, err)
	}
}

// What a run could not remove is told, found again by its name, and removed.
func TestLeftovers(t *testing.T) {
	cloud := running(t)
	given := `Feature: f
  Scenario: a
    Given a volume type "gold"
    And an available volume "boot" of 1 GiB and of the type "gold"
    And an image "golden"
`
	gaveUp, giveUp := context.WithCancel(t.Context())
	giveUp()
	report, err := steps.Run(t.Context(), steps.Options{
		Target: cloud, Features: fstest.MapFS{"a.feature": {Data: []byte(given)}}, Output: io.Discard, Cleanup: gaveUp,
	})
	if err == nil || len(report.Left) != 3 {
		t.Fatalf("%v, left: %q", err, report.Left)
	}
	left, err := cloud.Leftovers(t.Context(), cloud.Prefix())
	if err != nil || len(left) != 3 {
		t.Fatalf("%v, found: %v", err, left)
	}
	for _, l := range left {
		if !slices.ContainsFunc(report.Left, func(s string) bool { return strings.Contains(s, l.ID) }) {
			t.Errorf("%s is not told of in %q", l, report.Left)
		}
		if err := l.Remove(t.Context()); err != nil {
			t.Error(err)
		}
		if err := l.Remove(t.Context()); err != nil {
			t.Errorf("removing what is gone: %v", err)
		}
	}
	if left, err = cloud.Leftovers(t.Context(), steps.NamePrefix); err != nil || len(left) > 0 {
		t.Errorf("%v, still there: %v", err, left)
	}
	if _, err := cloud.Leftovers(t.Context(), "boot"); err == nil {
		t.Error("leftovers of any name are found")
	}
}

// A cloud on which scenarios would prove nothing is refused.
func TestUnfitPeople(t *testing.T) {
	for want, change := range map[string]func(map[string]steps.Login){
		"demo has the role admin": func(p map[string]steps.Login) { p[steps.Member] = p[steps.Admin] },
		"admin has the roles":     func(p map[string]steps.Login) { p[steps.Admin] = p[steps.Member] },
		"share the project":       func(p map[string]steps.Login) { p[steps.Foreign] = p[steps.Member] },
		"alt_demo cannot log in": func(p map[string]steps.Login) {
			login := p[steps.Foreign]
			login.Auth.Password = "wrong"
			p[steps.Foreign] = login
		},
	} {
		cloud := running(t)
		cloud.People = maps.Clone(cloud.People)
		change(cloud.People)
		if _, err := cloud.Traits(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// Every scenario of the features is one that a cloud with less can refuse, and says why.
func TestAPoorCloudSkipsWithReasons(t *testing.T) {
	cloud := running(t, emulator.WithGlanceStores("only"))
	delete(cloud.People, steps.Foreign)
	all, err := steps.Load(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]int{}
	for _, f := range all {
		for _, s := range f.Scenarios {
			if err := cloud.Fits(t.Context(), *s); err != nil {
				reasons[err.Error()]++
			}
		}
	}
	for _, want := range []string{"needs control over the cloud", "needs somebody to be alt_demo", "needs more writable stores (4 stores in all) than the cloud has"} {
		if reasons[want] == 0 {
			t.Errorf("no scenario %s: %v", want, reasons)
		}
	}
}

// What plain requests made is found and removed as well, whatever belongs to whom.
func TestLeftoversOfEveryKind(t *testing.T) {
	cloud := running(t, emulator.WithCompute())
	given := `Feature: f
  Scenario: a
    Given block storage microversion 3.55
    And an available volume "boot" of 1 GiB
    And an available volume "offered" of 1 GiB
    And an active image "golden" with the data "hello"
    And an active server "box" from the image "golden"
    And I attach the volume "boot" to the server "box"
    And I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{offered}", "name": "{name:monday}"}}
      """
    And the snapshot "monday" becomes "available"
    And I create "kept" by POST "backups" to Cinder:
      """
      {"backup": {"volume_id": "{offered}", "name": "{name:kept}"}}
      """
    And the backup "kept" becomes "available"
    And I create "offer" by POST "volume-transfers" to Cinder:
      """
      {"transfer": {"volume_id": "{offered}", "name": "{name:offer}"}}
      """
    And the administrator creates "grouped" by POST "group_types" to Cinder:
      """
      {"group_type": {"name": "{name:grouped}"}}
      """
    And the administrator creates "slow" by POST "qos-specs" to Cinder:
      """
      {"qos_specs": {"name": "{name:slow}", "consumer": "front-end"}}
      """
    And the administrator creates "gold" by POST "types" to Cinder:
      """
      {"volume_type": {"name": "{name:gold}"}}
      """
    And I create "pair" by POST "groups" to Cinder:
      """
      {"group": {"name": "{name:pair}", "group_type": "{grouped}", "volume_types": ["{gold}"]}}
      """
    And the group "pair" becomes "available"
    And the administrator creates "pilot" by POST "roles" to Identity:
      """
      {"role": {"name": "{name:pilot}"}}
      """
    And the administrator creates "lab" by POST "projects" to Identity:
      """
      {"project": {"name": "{name:lab}"}}
      """
    And a volume type "last, which may be gone before the run gives up"
`
	gaveUp, giveUp := context.WithCancel(t.Context())
	giveUp()
	report, err := steps.Run(t.Context(), steps.Options{
		Target: cloud, Features: fstest.MapFS{"a.feature": {Data: []byte(given)}}, Output: io.Discard, Cleanup: gaveUp,
	})
	if err == nil || len(report.Left) < 12 {
		t.Fatalf("%v, left: %q", err, report.Left)
	}
	left, err := cloud.Leftovers(t.Context(), steps.NamePrefix)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, l := range left {
		found = append(found, l.Kind)
		if err := l.Remove(t.Context()); err != nil {
			t.Error(err)
		}
	}
	want := []string{
		"server", "volume transfer", "backup", "snapshot", "group", "volume", "image", "volume type", "group type", "QoS specs", "role", "project",
	}
	if found = slices.Compact(found); !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
	if left, err = cloud.Leftovers(t.Context(), steps.NamePrefix); err != nil || len(left) > 0 {
		t.Errorf("%v, still there: %v", err, left)
	}
}
