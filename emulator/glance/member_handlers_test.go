package glance_test

import (
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

func TestMembers(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.create("demo", `{}`)
	path := "/v2/images/" + id
	m := path + "/members/alt-project"
	c.want(c.do("alt", "GET", path, ""), 404, "No image found with ID "+id)
	a := c.do("demo", "POST", path+"/members", `{"member": "alt-project"}`)
	want := `{"member_id":"alt-project","image_id":"` + id + `","status":"pending","created_at":"2026-11-22T15:00:03Z",` +
		`"updated_at":"2026-11-22T15:00:03Z","schema":"/v2/schemas/member"}`
	if a.status != 200 || a.body != want {
		t.Errorf("%d %s", a.status, a.body)
	}
	c.want(c.do("demo", "POST", path+"/members", `{"member": "alt-project"}`), 409, "Member alt-project is duplicated for image "+id)
	c.want(c.do("demo", "POST", path+"/members", `{"member": "looker-project"}`), 200, "")
	c.want(c.do("alt", "GET", path, ""), 200, "")
	if a := c.do("demo", "GET", path+"/members", ""); strings.Count(a.body, "member_id") != 2 {
		t.Errorf("the owner sees %s", a.body)
	}
	if a := c.do("alt", "GET", path+"/members", ""); strings.Count(a.body, "member_id") != 1 || !strings.Contains(a.body, "alt-project") {
		t.Errorf("a member sees %s", a.body)
	}
	c.want(c.do("alt", "GET", path+"/members/looker-project", ""), 404, "looker-project not found in the member list of the image "+id+".")
	c.want(c.do("demo", "PUT", m, `{"status": "accepted"}`), 403, "You are not authorized to complete modify_member action.")
	c.want(c.do("looker", "PUT", path+"/members/looker-project", `{"status": "accepted"}`), 403, "You are not authorized to complete modify_member action.")
	c.want(c.do("alt", "PUT", m, `{"status": "zz"}`), 400, `Incorrect request: Status must be "pending", "accepted" or "rejected".`)
	c.want(c.do("alt", "PUT", m, `{"status": "accepted"}`), 200, "")
	if got := c.field(c.do("alt", "GET", m, ""), "status"); got != "accepted" {
		t.Errorf("status %v", got)
	}
	c.want(c.do("alt", "DELETE", m, ""), 403, "You are not authorized to complete delete_member action.")
	c.want(c.do("alt", "POST", path+"/members", `{"member": "x"}`), 403, "You are not authorized to complete add_member action.")
	c.want(c.do("demo", "DELETE", m, ""), 204, "")
	c.want(c.do("demo", "DELETE", m, ""), 404, "alt-project not found in the member list of the image "+id+".")
	c.want(c.do("alt", "GET", path+"/members", ""), 404, "Image "+id+" not found.")
}

func TestMembersOfWhatIsNotShared(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.create("demo", `{"visibility": "private"}`)
	path := "/v2/images/" + id + "/members"
	c.want(c.do("demo", "GET", path, ""), 403, "Not allowed to list members for image "+id+": Only shared images have members.")
	c.want(c.do("demo", "POST", path, `{"member": "x"}`), 403, "Not allowed to create members for image "+id+".")
	c.want(c.do("demo", "GET", path+"/x", ""), 404, "Only shared images have members.")
	c.want(c.do("demo", "PUT", path+"/x", `{"status": "accepted"}`), 403, "Not allowed to update members for image "+id+".")
	c.want(c.do("demo", "DELETE", path+"/x", ""), 403, "Not allowed to delete members for image "+id+".")
}

// The answers are those of the reference cloud.
func TestMemberBodies(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	path := "/v2/images/" + c.create("demo", `{}`) + "/members"
	const died = "The server has either erred or is incapable of performing the requested operation."
	for body, want := range map[string]answer{
		``:                     {status: 400, body: "Body expected in request."},
		`[]`:                   {status: 400, body: `Expected a member in the form: {"member": "image_id"}`},
		`{}`:                   {status: 400, body: "Member to be added not specified"},
		`{"member": ""}`:       {status: 400, body: "Member can't be empty"},
		`{"member": null}`:     {status: 400, body: "Member can't be empty"},
		`{"member": 0}`:        {status: 400, body: "Member can't be empty"},
		`{"member": []}`:       {status: 400, body: "Member can't be empty"},
		`{"member": 5}`:        {status: 500, body: died},
		`{"member": {"a": 1}}`: {status: 500, body: died},
		`{"member": "😀"}`:      {status: 400, body: "Member can't contain 4 byte unicode characters."},
	} {
		c.want(c.do("demo", "POST", path, body), want.status, want.body)
	}
	c.want(c.do("demo", "POST", path, `{"member": "demo-project"}`), 200, "")
	for body, want := range map[string]string{
		`[]`: `Expected a status in the form: {"status": "status"}`,
		`{}`: "Status not specified",
		``:   "Body expected in request.",
	} {
		c.want(c.do("demo", "PUT", path+"/demo-project", body), 400, want)
	}
}

// Releases before the new defaults looked at the owner, and had their own words (reference).
func TestMembersByTheRulesOfOld(t *testing.T) {
	c := newCloud(t, empty(), release.Zed)
	id := c.create("demo", `{}`)
	path := "/v2/images/" + id
	m := path + "/members/alt-project"
	c.want(c.do("demo", "POST", path+"/members", `{"member": "alt-project"}`), 200, "")
	c.want(c.do("demo", "PUT", m, `{"status": "accepted"}`), 403, "Not allowed to update members for image "+id+".")
	c.want(c.do("alt", "POST", path+"/members", `{"member": "x"}`), 403, "Not allowed to create members for image "+id+".")
	c.want(c.do("alt", "DELETE", m, ""), 403, "Not allowed to delete members for image "+id+".")
	c.want(c.do("alt", "PUT", path+"/tags/x", ""), 403, "Not allowed to update tags for image "+id+".")
	c.want(c.do("alt", "DELETE", path, ""), 403, "You do not own this image")
	c.want(c.upload("alt", id, "abc"), 403, "Not allowed to upload image data for image "+id)
	c.want(c.do("looker", "POST", "/v2/images", `{}`), 201, "")
}

func TestTags(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	id := c.create("demo", `{}`)
	path := "/v2/images/" + id + "/tags/"
	for range 2 {
		c.want(c.do("demo", "PUT", path+"x%20y", ""), 204, "")
	}
	if a := c.show(id); !strings.Contains(a.body, `"tags":["x y"]`) {
		t.Errorf("%s", a.body)
	}
	c.want(c.do("demo", "PUT", path+"a/b", ""), 404, "The resource could not be found.")
	c.want(c.do("demo", "PUT", path+"x", "{}"), 400, "A body is not expected with this request.")
	if a := c.do("demo", "PUT", path+strings.Repeat("t", 256), ""); a.status != 400 || !strings.Contains(a.message(), "is too long") {
		t.Errorf("%d %s", a.status, a.body)
	}
	c.want(c.do("alt", "PUT", path+"x", ""), 404, "Image "+id+" not found.")
	c.want(c.do("demo", "DELETE", path+"nope", ""), 404, "The resource could not be found.")
	c.want(c.do("demo", "DELETE", path+"x%20y", ""), 204, "")
	if a := c.show(id); !strings.Contains(a.body, `"tags":[]`) {
		t.Errorf("%s", a.body)
	}
}

func TestMembersAreListedByProject(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	path := "/v2/images/" + c.create("demo", `{}`) + "/members"
	for _, project := range []string{"b", "c", "a"} {
		c.want(c.do("demo", "POST", path, `{"member": "`+project+`"}`), 200, "")
	}
	body := c.do("demo", "GET", path, "").body
	if a, b, z := strings.Index(body, `"a"`), strings.Index(body, `"b"`), strings.Index(body, `"c"`); a < 0 || a > b || b > z {
		t.Error(body)
	}
}
