@cinder
Feature: Who sees the extra specs of a volume type
  Extra specs are for administrators. A member sees only those few that say what a volume of the type can do. The store is
  not among them: not in the type, not in the list of types, and not to search by.

  Background:
    Given a volume type "gold" with the extra specs:
      | image_service:store_id | cheap       |
      | volume_backend_name    | nowhere     |
      | multiattach            | <is> False  |

  @op:cinder.types.show
  Scenario: The administrator sees all of them
    Then the administrator sees the volume type "gold" with the extra specs:
      | image_service:store_id | cheap      |
      | volume_backend_name    | nowhere    |
      | multiattach            | <is> False |

  @op:cinder.types.show
  Scenario: A member sees what a volume of the type can do
    Then I see the volume type "gold" with the extra specs:
      | multiattach | <is> False |

  @op:cinder.types.extra_specs.show
  Scenario: The administrator reads the store
    When the administrator reads the extra spec "image_service:store_id" of the volume type "gold"
    Then the answer is the extra specs:
      | image_service:store_id | cheap |

  @op:cinder.types.extra_specs.show
  Scenario: To a member there is no such extra spec
    When I try to read the extra spec "image_service:store_id" of the volume type "gold"
    Then it is refused as not found, saying "Volume Type {gold} has no extra specs with key image_service:store_id."

  @op:cinder.types.list @microversion:3.52
  Scenario: The administrator searches by store
    Given block storage microversion 3.52
    Then the administrator finds the volume type "gold" by the extra spec "image_service:store_id" = "cheap"
    And the administrator does not find the volume type "gold" by the extra spec "image_service:store_id" = "fast"

  @op:cinder.types.list @microversion:3.52
  Scenario: A member's search by store finds nothing
    Given block storage microversion 3.52
    Then I do not find the volume type "gold" by the extra spec "image_service:store_id" = "cheap"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: The answer to an upload shows a member what the types do not
    Given a volume type "silver" with the extra specs:
      | image_service:store_id | cheap |
    And an available volume "boot" of 1 GiB and of the type "silver"
    When I upload the volume "boot" to an image "golden"
    Then the answer shows the volume type "silver" with the extra specs:
      | image_service:store_id | cheap |
    When the upload ends
    Then the volume "boot" is "available"
