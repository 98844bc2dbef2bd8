local cities = {}
function cities.all()
  region "north" { zone = 2 }
end
return cities
