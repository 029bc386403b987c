package glance

import (
	"slices"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

type operation = httpapi.Operation[*Service]

// operations is the whole API. Paths are those under /v2, whatever minor version the client names.
var operations = sync.OnceValue(func() *httpapi.Table[*Service] {
	rows := []operation{
		{Op: "glance.versions.choices", Method: "GET", Path: versionsPath, Success: 300, Public: true, Handle: httpapi.Get((*Service).versionList)},
		{Op: "glance.versions.list", Method: "GET", Path: allVersionsPath, Public: true, Handle: httpapi.Get((*Service).versionList)},
		{Op: "glance.health.show", Method: "GET", Path: healthPath, Public: true, Handle: (*Service).health},

		{Op: "glance.images.list", Method: "GET", Path: "/v2/images", Policy: "get_images", Late: true, Handle: httpapi.Get((*Service).imageList)},
		{Op: "glance.images.create", Method: "POST", Path: "/v2/images", Success: 201, Policy: "add_image", Late: true, Handle: (*Service).imageCreate},
		{Op: "glance.images.show", Method: "GET", Path: "/v2/images/{image_id}", Policy: "get_image", Late: true, Handle: noBody(httpapi.Get((*Service).imageShow))},
		{Op: "glance.images.update", Method: "PATCH", Path: "/v2/images/{image_id}", Handle: httpapi.Get((*Service).imageUpdate)},
		{Op: "glance.images.delete", Method: "DELETE", Path: "/v2/images/{image_id}", Success: 204, Policy: "delete_image", Late: true, Handle: noBody(done((*Service).imageDelete))},

		{Op: "glance.images.upload", Method: "PUT", Path: "/v2/images/{image_id}/file", Success: 204, Policy: "upload_image", Late: true, Handle: done((*Service).imageUpload)},
		{Op: "glance.images.download", Method: "GET", Path: "/v2/images/{image_id}/file", Policy: "download_image", Late: true, Handle: noBody((*Service).imageDownload)},
		{Op: "glance.images.stage", Method: "PUT", Path: "/v2/images/{image_id}/stage", Success: 204, Policy: "modify_image", Late: true, Handle: done((*Service).imageStage)},
		{Op: "glance.images.import", Method: "POST", Path: "/v2/images/{image_id}/import", Success: 202, Handle: done((*Service).imageImport)},
		{Op: "glance.images.tasks", Method: "GET", Path: "/v2/images/{image_id}/tasks", Policy: "get_image", Late: true, Handle: noBody(httpapi.Get((*Service).imageTasks))},
		{Op: "glance.images.deactivate", Method: "POST", Path: "/v2/images/{image_id}/actions/deactivate", Success: 204, Policy: "deactivate", Late: true, Handle: noBody(done((*Service).imageDeactivate))},
		{Op: "glance.images.reactivate", Method: "POST", Path: "/v2/images/{image_id}/actions/reactivate", Success: 204, Policy: "reactivate", Late: true, Handle: noBody(done((*Service).imageReactivate))},

		{Op: "glance.locations.list", Method: "GET", Path: "/v2/images/{image_id}/locations", Policy: "fetch_image_location", Late: true, Handle: diesOfBody(httpapi.Get((*Service).locationList))},
		{Op: "glance.locations.add", Method: "POST", Path: "/v2/images/{image_id}/locations", Success: 202, Policy: "add_image_location", Late: true, Handle: done((*Service).locationAdd)},

		{Op: "glance.tags.add", Method: "PUT", Path: "/v2/images/{image_id}/tags/{tag_value}", Success: 204, Policy: "modify_image", Late: true, Handle: noBody(done((*Service).tagAdd))},
		{Op: "glance.tags.delete", Method: "DELETE", Path: "/v2/images/{image_id}/tags/{tag_value}", Success: 204, Policy: "modify_image", Late: true, Handle: noBody(done((*Service).tagDelete))},

		{Op: "glance.members.list", Method: "GET", Path: "/v2/images/{image_id}/members", Policy: "get_members", Late: true, Handle: noBody(httpapi.Get((*Service).memberList))},
		{Op: "glance.members.create", Method: "POST", Path: "/v2/images/{image_id}/members", Policy: "add_member", Late: true, Handle: httpapi.Get((*Service).memberCreate)},
		{Op: "glance.members.show", Method: "GET", Path: "/v2/images/{image_id}/members/{member_id}", Policy: "get_member", Late: true, Handle: noBody(httpapi.Get((*Service).memberShow))},
		{Op: "glance.members.update", Method: "PUT", Path: "/v2/images/{image_id}/members/{member_id}", Policy: "modify_member", Late: true, Handle: httpapi.Get((*Service).memberUpdate)},
		{Op: "glance.members.delete", Method: "DELETE", Path: "/v2/images/{image_id}/members/{member_id}", Success: 204, Policy: "delete_member", Late: true, Handle: noBody(httpapi.Do((*Service).memberDelete))},

		{Op: "glance.stores.list", Method: "GET", Path: "/v2/info/stores", Handle: noBody(httpapi.Get((*Service).storesInfo))},
		{Op: "glance.stores.detail", Method: "GET", Path: "/v2/info/stores/detail", Policy: "stores_info_detail", Late: true, Handle: noBody(httpapi.Get((*Service).storesInfoDetail))},
		{Op: "glance.stores.delete_image", Method: "DELETE", Path: "/v2/stores/{store_id}/{image_id}", Success: 204, Policy: "delete_image_location", Late: true, Handle: noBody(done((*Service).storeImageDelete))},
		{Op: "glance.cache.list", Method: "GET", Path: "/v2/cache", Policy: "cache_list", Late: true, Handle: noBody(httpapi.Get((*Service).cacheList))},
		{Op: "glance.cache.clear", Method: "DELETE", Path: "/v2/cache", Success: 204, Policy: "cache_delete", Late: true, Handle: diesOfBody(done((*Service).cacheClear))},
		{Op: "glance.cache.queue", Method: "PUT", Path: "/v2/cache/{image_id}", Success: 202, Policy: "cache_image", Late: true, Handle: diesOfBody(done((*Service).cacheQueue))},
		{Op: "glance.cache.delete", Method: "DELETE", Path: "/v2/cache/{image_id}", Success: 204, Policy: "cache_delete", Late: true, Handle: diesOfBody(done((*Service).cacheDelete))},
		{Op: "glance.cache.clean", Method: "POST", Path: "/v2/cache/clean", Policy: "cache_clean", Late: true, Handle: diesOfBody(done((*Service).cacheClean))},
		{Op: "glance.cache.prune", Method: "POST", Path: "/v2/cache/prune", Policy: "cache_prune", Late: true, Handle: diesOfBody(httpapi.Get((*Service).cachePrune))},
		{Op: "glance.cache.nodes", Method: "GET", Path: "/v2/cache/nodes/{image_id}", Policy: "list_cached_nodes", Late: true, Handle: noBody(httpapi.Get((*Service).cacheNodes))},

		{Op: "glance.usage.show", Method: "GET", Path: "/v2/info/usage", Handle: diesOfBody(httpapi.Get((*Service).usageShow))},
		{Op: "glance.import.info", Method: "GET", Path: "/v2/info/import", Handle: noBody(httpapi.Get((*Service).importInfo))},

		{Op: "glance.tasks.list", Method: "GET", Path: "/v2/tasks", Policy: "tasks_api_access", Handle: httpapi.Get((*Service).taskList)},
		{Op: "glance.tasks.create", Method: "POST", Path: "/v2/tasks", Success: 201, Policy: "tasks_api_access", Handle: (*Service).taskCreate},
		{Op: "glance.tasks.show", Method: "GET", Path: "/v2/tasks/{task_id}", Policy: "tasks_api_access", Handle: httpapi.Get((*Service).taskShow)},
		{Op: "glance.tasks.delete", Method: "DELETE", Path: "/v2/tasks/{task_id}", Policy: "tasks_api_access", Handle: (*Service).taskDelete},

		{Op: "glance.schemas.image", Method: "GET", Path: "/v2/schemas/image", Handle: noBody(schemaHandler(showImageSchema))},
		{Op: "glance.schemas.images", Method: "GET", Path: "/v2/schemas/images", Handle: noBody(schemaHandler(showImagesSchema))},
		{Op: "glance.schemas.member", Method: "GET", Path: "/v2/schemas/member", Handle: noBody(schemaHandler(showMemberSchema))},
		{Op: "glance.schemas.members", Method: "GET", Path: "/v2/schemas/members", Handle: noBody(schemaHandler(showMembersSchema))},
		{Op: "glance.schemas.task", Method: "GET", Path: "/v2/schemas/task", Handle: schemaHandler(showTaskSchema)},
		{Op: "glance.schemas.tasks", Method: "GET", Path: "/v2/schemas/tasks", Handle: schemaHandler(showTasksSchema)},
	}
	return httpapi.NewTable(resourceOf, slices.Concat(rows, metadefRows, gaps))
})

// resourceOf names the resource of a path by its second segment; what an image or a metadata namespace has below itself
// is a resource of its own.
func resourceOf(path string) string {
	switch resource := pathSegment(path, 1); resource {
	case "images":
		return resource + "/" + pathSegment(path, 3)
	case "metadefs":
		return resource + "/" + pathSegment(path, 4)
	default:
		return resource
	}
}
