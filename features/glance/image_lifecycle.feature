@glance
Feature: What becomes of an image
  Images are tagged, hidden, lent to other projects, and taken out of circulation without being deleted.

  @op:glance.images.deactivate @op:glance.images.reactivate
  Scenario: A deactivated image gives its data to nobody but the administrator
    Given an active image "golden" with the data "hello"
    When the administrator sends POST "images/{golden}/actions/deactivate" to Glance
    Then the answer is 204
    And the image "golden" is "deactivated"
    When I try to download the image "golden"
    Then it is refused as forbidden
    When the administrator sends POST "images/{golden}/actions/reactivate" to Glance
    Then the image "golden" is "active"
    When I download the image "golden"
    Then what came is "hello"

  @op:glance.images.deactivate
  Scenario: An image without data cannot be deactivated
    Given an image "golden"
    When the administrator tries to send POST "images/{golden}/actions/deactivate" to Glance
    Then it is refused as forbidden

  @op:glance.images.update @op:glance.images.list
  Scenario: A hidden image is listed to who asks for hidden ones
    Given an image "golden"
    When I send PATCH "images/{golden}" to Glance:
      """
      [{"op": "replace", "path": "/os_hidden", "value": true}]
      """
    And I send GET "images?name={name:golden}" to Glance
    Then the answer says:
      | images | [] |
    When I send GET "images?name={name:golden}&os_hidden=true" to Glance
    Then the answer says:
      | images.0.id | {golden} |

  @op:glance.tags.add @op:glance.tags.delete @op:glance.images.list
  Scenario: Tags
    Given an image "golden"
    When I send PUT "images/{golden}/tags/blue" to Glance
    Then the answer is 204
    When I send GET "images?name={name:golden}&tag=blue" to Glance
    Then the answer says:
      | images.0.tags | ["blue"] |
    When I send DELETE "images/{golden}/tags/blue" to Glance
    Then the answer is 204
    When I try to send DELETE "images/{golden}/tags/blue" to Glance
    Then it is refused as not found

  @op:glance.members.create @op:glance.members.update @op:glance.images.list
  Scenario: An image is lent, and accepted
    Given an image "golden"
    When I send POST "images/{golden}/members" to Glance:
      """
      {"member": "{a stranger's project}"}
      """
    Then the answer says:
      | member_id | {a stranger's project} |
      | image_id  | {golden}               |
      | status    | pending                |
    And a stranger sees the image "golden"
    When a stranger sends GET "images?name={name:golden}&visibility=shared" to Glance
    Then the answer says:
      | images | [] |
    When a stranger sends PUT "images/{golden}/members/{a stranger's project}" to Glance:
      """
      {"status": "accepted"}
      """
    And a stranger sends GET "images?name={name:golden}&visibility=shared" to Glance
    Then the answer says:
      | images.0.id | {golden} |

  @op:glance.members.update
  Scenario: The owner does not accept for others
    Given an image "golden"
    When I send POST "images/{golden}/members" to Glance:
      """
      {"member": "{a stranger's project}"}
      """
    And I try to send PUT "images/{golden}/members/{a stranger's project}" to Glance:
      """
      {"status": "accepted"}
      """
    Then it is refused as forbidden

  @op:glance.images.download
  Scenario: A part of the data
    Given an active image "golden" with the data "hello"
    When I download "bytes=1-3" of the image "golden"
    Then what came is "ell"

  @op:glance.tasks.list
  Scenario: Tasks are the administrator's
    When I try to send GET "tasks" to Glance
    Then it is refused as forbidden
    When the administrator sends GET "tasks?limit=1" to Glance
    Then the answer is 200

  @op:glance.metadef_namespaces.create @op:glance.metadef_objects.create @op:glance.metadef_namespaces.show
  Scenario: A namespace of definitions
    Given the administrator creates "shapes" by POST "metadefs/namespaces" to Glance:
      """
      {"namespace": "{name:shapes}", "display_name": "Shapes", "visibility": "public"}
      """
    When the administrator sends POST "metadefs/namespaces/{shapes}/objects" to Glance:
      """
      {"name": "corner", "description": "where lines meet"}
      """
    And I send GET "metadefs/namespaces/{shapes}" to Glance
    Then the answer says:
      | namespace      | {name:shapes} |
      | display_name   | Shapes        |
      | visibility     | public        |
      | protected      | false         |
      | objects.0.name | corner        |

  @op:glance.metadef_namespaces.create
  Scenario: Members make no namespaces
    When I try to send POST "metadefs/namespaces" to Glance:
      """
      {"namespace": "{name:shapes}"}
      """
    Then it is refused as forbidden
